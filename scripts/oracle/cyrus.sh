#!/bin/sh
# A scratch Cyrus IMAP in a chroot, on 127.0.0.1:$PORT; users alice, bob, cyrus with the password NAMEpw. Run as root.
# usage: scripts/oracle/cyrus.sh start|stop|wipe DIRECTORY [PORT]
set -eu
C="$2/chroot-cyrus"
PORT="${3:-31144}"
stop() {
  [ -f "$C/run/cyrus-master.pid" ] && kill "$(cat "$C/run/cyrus-master.pid")" 2>/dev/null && sleep 1
  umount "$C/dev" "$C/proc" 2>/dev/null || true
}
case "$1" in
stop) stop ;;
wipe) stop; rm -rf "$C/var/lib/cyrus" "$C/var/spool/cyrus" "$C/run/cyrus" ;;
start)
  [ -d "$C/usr" ] || mmdebstrap --variant=minbase --include=cyrus-imapd,cyrus-admin,sasl2-bin,openssl bookworm "$C"
  mountpoint -q "$C/proc" || mount -t proc proc "$C/proc"
  mountpoint -q "$C/dev" || mount --bind /dev "$C/dev"
  cat > "$C/etc/cyrus.conf" <<CONF
START {
  recover cmd="/usr/sbin/cyrus ctl_cyrusdb -r"
}
SERVICES {
  imap cmd="imapd -U 30" listen="127.0.0.1:$PORT" prefork=1 maxchild=100
}
EVENTS {
  checkpoint cmd="/usr/sbin/cyrus ctl_cyrusdb -c" period=30
}
CONF
  cat > "$C/etc/imapd.conf" <<CONF
configdirectory: /var/lib/cyrus
proc_path: /run/cyrus/proc
mboxname_lockpath: /run/cyrus/lock
defaultpartition: default
partition-default: /var/spool/cyrus/mail
altnamespace: no
unixhierarchysep: no
allowanonymouslogin: no
admins: cyrus
proxyservers: cyrus
autocreate_quota: 0
autocreate_post: 1
autocreate_inbox_folders: Drafts | Sent | Trash | Junk
xlist-drafts: Drafts
xlist-sent: Sent
xlist-trash: Trash
xlist-junk: Junk
umask: 077
hashimapspool: true
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: /etc/sasldb2
sasl_mech_list: PLAIN LOGIN
virtdomains: off
syslog_prefix: cyrus
idlesocket: /run/cyrus/socket/idle
notifysocket: /run/cyrus/socket/notify
CONF
  chroot "$C" sh -c 'install -d -o cyrus -g mail /var/lib/cyrus /var/spool/cyrus /var/spool/cyrus/mail /run/cyrus /run/cyrus/proc /run/cyrus/lock /run/cyrus/socket
    for u in alice bob cyrus; do echo ${u}pw | saslpasswd2 -p -c -f /etc/sasldb2 -u $(hostname) $u; done
    chown cyrus:mail /etc/sasldb2; /usr/sbin/cyrus makedirs'
  chroot "$C" /usr/sbin/cyrmaster -p /run/cyrus-master.pid -d
  ;;
esac
