#!/bin/sh
# A scratch Courier-IMAP in a chroot, on 127.0.0.1:$PORT; users alice and bob with the password NAMEpw. Run as root.
# usage: scripts/oracle/courier.sh start|stop|wipe DIRECTORY [PORT]
set -eu
C="$2/chroot-courier"
PORT="${3:-31145}"
stop() {
  chroot "$C" /usr/lib/courier/imapd stop 2>/dev/null || true
  chroot "$C" /usr/sbin/courierlogger -pid=/run/courier/authdaemon/pid -stop 2>/dev/null || true
  umount "$C/dev" "$C/proc" 2>/dev/null || true
}
case "$1" in
stop) stop ;;
wipe) stop; rm -rf "$C/srv/mail" ;;
start)
  [ -d "$C/usr" ] || mmdebstrap --variant=minbase --include=courier-imap,openssl bookworm "$C"
  mountpoint -q "$C/proc" || mount -t proc proc "$C/proc"
  mountpoint -q "$C/dev" || mount --bind /dev "$C/dev"
  PORT=$PORT chroot "$C" sh -c '
    mkdir -p /run/courier/authdaemon; chown -R courier:courier /run/courier; chmod 755 /run/courier/authdaemon
    sed -i "s/^authmodulelist=.*/authmodulelist=\"authuserdb\"/" /etc/courier/authdaemonrc
    sed -i "s/^ADDRESS=.*/ADDRESS=127.0.0.1/; s/^PORT=.*/PORT=$PORT/; s/^MAXPERIP=.*/MAXPERIP=40/" /etc/courier/imapd
    getent passwd vmail >/dev/null || { groupadd -g 5000 vmail; useradd -u 5000 -g vmail -d /srv/mail -M vmail; }
    mkdir -p /srv/mail; touch /etc/courier/userdb; chmod 600 /etc/courier/userdb
    for u in alice bob; do
      [ -d /srv/mail/$u/Maildir ] || { mkdir -p /srv/mail/$u; maildirmake /srv/mail/$u/Maildir; }
      userdb $u set uid=5000 gid=5000 home=/srv/mail/$u mail=/srv/mail/$u/Maildir systempw="$(echo ${u}pw | openssl passwd -1 -stdin)"
    done
    makeuserdb; chown -R vmail:vmail /srv/mail
    /usr/sbin/courierlogger -pid=/run/courier/authdaemon/pid -start /usr/lib/courier/courier-authlib/authdaemond
    /usr/lib/courier/imapd start'
  ;;
esac
