import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'mailferry-declarations-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The TypeScript of a guide, as a reader would paste it. */
function examples(guide: string): string[] {
  return [...readFileSync(join(root, 'docs/guide', guide), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1] ?? '');
}

it('the examples of the guide for developers compile for who has neither the types of a browser nor skipLibCheck', () => {
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
  const files = examples('developer.md').map((text, at) => {
    const name = `example-${at}.mts`;
    writeFileSync(join(directory, name), text);
    return name;
  });
  expect(files).toHaveLength(5);
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    types: ['node'],
    strict: true,
    noEmit: true,
  };
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  const run = () => execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', directory], { encoding: 'utf8' });
  expect(run).not.toThrow();
}, 120_000);

/** Types of ours that the declaration of an export names, and that are not exported themselves. */
function hiddenTypes(program: ts.Program, index: string): string[] {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(index);
  const module = file && checker.getSymbolAtLocation(file);
  if (module === undefined) throw new Error(`${index} is no module`);
  const meant = (symbol: ts.Symbol) => ((symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol));
  const exported = checker.getExportsOfModule(module).map(meant);
  const own = index.slice(0, -'index.d.ts'.length);
  const hidden = new Set<string>();
  const visit = (node: ts.Node) => {
    const name = ts.isTypeReferenceNode(node) ? node.typeName : ts.isExpressionWithTypeArguments(node) ? node.expression : undefined;
    const found = name && checker.getSymbolAtLocation(name);
    const type = found && meant(found);
    const isOurs = type?.declarations?.[0]?.getSourceFile().fileName.startsWith(own) === true;
    if (type !== undefined && isOurs && (type.flags & ts.SymbolFlags.TypeParameter) === 0 && !exported.includes(type))
      hidden.add(type.name);
    ts.forEachChild(node, visit);
  };
  for (const symbol of exported) for (const declaration of symbol.declarations ?? []) visit(declaration);
  return [...hidden];
}

it('every type that an export names can be named by who uses it', () => {
  const files = ['core', 'imap', 'batch', 'queue'].map((name) => join(root, 'packages', name, 'dist/index.d.ts'));
  const program = ts.createProgram(files, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    strict: true,
    types: ['node'],
  });
  expect(files.map((file) => hiddenTypes(program, file))).toEqual([[], [], [], []]);
}, 120_000);
