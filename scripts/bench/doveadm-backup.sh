#!/bin/sh
# usage: doveadm-backup.sh MBOX MAILDIR      Dovecot's own conversion, as an unprivileged user, on a copy (it rewrites the source).
set -eu
home=$(mktemp -d "$(dirname "$2")/doveadm-XXXXXX")
trap 'rm -rf "$home"' EXIT
mkdir "$home/mail" "$home/run"
cp "$1" "$home/in"
cat > "$home/dovecot.conf" <<END
base_dir = $home/run
state_dir = $home/run
log_path = /dev/stderr
ssl = no
protocols =
first_valid_uid = 1
first_valid_gid = 1
mail_uid = nobody
mail_gid = nogroup
mail_fsync = never
stats_writer_socket_path =
mail_location = maildir:$home/out
namespace inbox {
  inbox = yes
  separator = /
}
END
chown -R nobody:nogroup "$home"
chmod 711 "$(dirname "$home")"
setpriv --reuid=nobody --regid=nogroup --clear-groups env -i PATH="$PATH" HOME="$home" USER=nobody TZ=UTC \
  doveadm -c "$home/dovecot.conf" backup -R "mbox:$home/mail:INBOX=$home/in:INDEX=$home/index"
mv "$home/out" "$2"
