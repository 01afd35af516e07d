#!/usr/bin/env node
// Runs the bundle (scripts/bundle.mjs). In a checkout where the compiler has written something since, or which has none, the packages run as they are.
const { statSync } = require('node:fs');

/** When a file was last written, in milliseconds; 0 when it is not there. */
function writtenAt(path) {
  return statSync(`${__dirname}/../${path}`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function isFresh() {
  const bundled = writtenAt('bundle/program.js');
  const isCheckout = writtenAt('tsconfig.tsbuildinfo') > 0;
  const packages = isCheckout ? ['core', 'imap', 'batch', 'queue', 'cli'] : [];
  return bundled > 0 && packages.every((name) => writtenAt(`../${name}/tsconfig.tsbuildinfo`) <= bundled);
}

if (isFresh()) void require('../bundle/load.js').load('program.js').main(process.argv);
else
  void import('../dist/program.js')
    .then(({ main }) => main(process.argv))
    .catch((error) => {
      // Node opens all modules of a program at once, and a checkout has hundreds; the bundle has few.
      if (error.code !== 'EMFILE' && error.code !== 'ENFILE') throw error;
      process.stderr.write('error: too many open files to load the program\n  help: raise the limit (ulimit -n 1024), or npm run build\n');
      process.exitCode = 75;
    });
