// `tsc -b --clean` leaves the outputs of deleted sources behind: remove the folders themselves.
import { readdirSync, rmSync } from 'node:fs';

for (const name of readdirSync('packages')) {
  for (const made of ['dist', 'bundle']) rmSync(`packages/${name}/${made}`, { recursive: true, force: true });
  rmSync(`packages/${name}/tsconfig.tsbuildinfo`, { force: true });
}
