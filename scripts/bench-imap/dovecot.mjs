// A Dovecot of the benchmark's own: Maildir, quota plugin, plain text on loopback; any user, password pw.
import { spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Starts it below a directory; needs root. `location` is mail_location, `extra` more settings. */
export async function startDovecot(directory, { location = 'maildir:~/Maildir', extra = '' } = {}) {
  const port = await freePort();
  for (const name of ['run', 'mail']) mkdirSync(join(directory, name), { recursive: true });
  chmodSync(directory, 0o755);
  chownSync(join(directory, 'mail'), 5999, 5999);
  const conf = join(directory, 'dovecot.conf');
  writeFileSync(
    conf,
    `base_dir = ${directory}/run
state_dir = ${directory}/run
instance_name = mailferry-bench-${port}
log_path = ${directory}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
passdb {
  driver = static
  args = password=pw
}
userdb {
  driver = static
  args = uid=5999 gid=5999 home=${directory}/mail/%u
}
first_valid_uid = 1
first_valid_gid = 1
mail_location = ${location}
mail_plugins = quota
maildir_stat_dirs = no
plugin {
  quota = maildir:User quota
  quota_rule = *:storage=0
}
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
  chroot =
  service_count = 0
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
mail_max_userip_connections = 50
protocol imap {
  mail_plugins = quota imap_quota
}
${extra}
`,
  );
  const server = spawn('/usr/sbin/dovecot', ['-F', '-c', conf], { stdio: 'ignore' });
  for (let attempt = 0; attempt < 200 && !(await answers(port)); attempt++) await new Promise((resolve) => setTimeout(resolve, 50));
  return { port, conf, stop: () => new Promise((resolve) => server.once('exit', resolve) && server.kill('SIGTERM')) };
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
