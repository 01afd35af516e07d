// Loads the files of the bundle, each with the code that V8 made of it when the bundle was made (make-code-cache.js beside this file; ADR 0099): a short
// run is spared the compiling. That code lies in the bundle and belongs to whoever owns the bundle, so it is as trustworthy as the bundle; what another
// version of Node, another processor or other flags have made is not used.
'use strict';
const { fstatSync, openSync, closeSync, readFileSync, mkdirSync, writeFileSync, chmodSync } = require('node:fs');
const { basename, dirname, join } = require('node:path');
const { Script, constants } = require('node:vm');

/** Where the code for this Node lies. V8 asks for its own version and flags besides. */
const CODE = join(__dirname, 'code', `${process.version}-${process.platform}-${process.arch}`);
const loaded = new Map();
/** What was loaded, by its path below the bundle. */
const scripts = new Map();

/** What a file of the bundle exports, by its path below the bundle. */
function load(name) {
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  loaded.set(name, module);
  const path = join(__dirname, name);
  const { text, code } = read(path, join(CODE, `${basename(name)}.code`));
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${text}\n})`, {
    filename: path,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(code === undefined ? {} : { cachedData: code }),
  });
  scripts.set(name, script);
  const from = dirname(name);
  const requireFrom = (id) => (id.startsWith('.') ? load(join(from, id)) : require(id));
  script.runInThisContext()(module.exports, requireFrom, module, path, dirname(path));
  return module.exports;
}

/** The text of a file, which is ASCII, and the code that was made of it; none that is older than the file. */
function read(path, codePath) {
  const fd = openSync(path);
  try {
    return { text: readFileSync(fd, 'latin1'), code: readCode(codePath, fstatSync(fd).mtimeMs) };
  } finally {
    closeSync(fd);
  }
}

function readCode(path, since) {
  let fd;
  try {
    fd = openSync(path);
    return fstatSync(fd).mtimeMs < since ? undefined : readFileSync(fd);
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Keeps the code of all that was loaded and has run until now. Everybody may read it, as the bundle. */
function keepCode() {
  mkdirSync(CODE, { recursive: true });
  for (const path of [dirname(CODE), CODE]) chmodSync(path, 0o755);
  for (const [name, script] of scripts) {
    const path = join(CODE, `${basename(name)}.code`);
    writeFileSync(path, script.createCachedData());
    chmodSync(path, 0o644);
  }
}

/** True where V8 took the code of the door: it is kept, for this Node, and not older than the bundle. */
function tookCode() {
  return scripts.get('program.js')?.cachedDataRejected === false;
}

module.exports = { load, keepCode, tookCode, scripts };
