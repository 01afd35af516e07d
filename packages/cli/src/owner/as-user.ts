// The first lines of a child that root starts for a user. It takes the user's groups, gid and uid before it imports anything else of the program, so
// that no file of a home is ever opened with root's rights. Only Node's own modules are loaded until then.
import { userInfo } from 'node:os';
import { holdSpools } from './hold-spool.js';
import { takeIdentity, unreadable } from './take-identity.js';

const [user = '', uid = '', group = '', spools = '', ...words] = process.argv.slice(2);
const busy = holdSpools(spools, uid);
takeIdentity(user, uid, group);
try {
  process.env['HOME'] = userInfo().homedir;
} catch {
  delete process.env['HOME'];
}

// Without its parent nobody could stop it any more: it ends as if it had been asked to.
process.channel?.unref();
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));

void import('../program.js').then(
  ({ main }) => main([process.execPath, 'mailferry', ...words], () => busy),
  (error: unknown) => {
    process.stderr.write(unreadable(user, error));
    process.exit(77);
  },
);
