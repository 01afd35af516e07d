import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mailferry, temporary } from './run-program.js';

function has(shell: string): boolean {
  const found = spawnSync(shell, ['-c', 'exit 0']).status === 0;
  if (!found) process.stderr.write(`SKIPPED: completions for ${shell} are not tried, ${shell} is not installed\n`);
  return found;
}

async function script(shell: string): Promise<string> {
  const run = await mailferry(['completion', shell]);
  expect([run.status, run.stderr]).toEqual([0, '']);
  return run.stdout;
}

/** What a real bash offers for the last of these words. */
function offered(completions: string, words: readonly string[]): string[] {
  const list = words.map((word) => `'${word}'`).join(' ');
  const program = `${completions}\nCOMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _mailferry; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['--norc', '-c', program], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '');
}

describe('completions', () => {
  it('work in a real bash', async () => {
    using directory = temporary();
    writeFileSync(directory.of('with space'), '');
    const bash = await script('bash');
    expect(offered(bash, ['mailferry', ''])).toEqual(expect.arrayContaining(['convert', 'inspect', 'explain', 'completion']));
    expect(offered(bash, ['mailferry', 'con'])).toEqual(['convert']);
    expect(offered(bash, ['mailferry', 'convert', '--dr'])).toEqual(['--dry-run']);
    expect(offered(bash, ['mailferry', 'convert', '--layout', ''])).toEqual(['maildir++', 'fs']);
    expect(offered(bash, ['mailferry', 'convert', '--layout', '='])).toEqual(['maildir++', 'fs']);
    expect(offered(bash, ['mailferry', 'convert', '--layout', '=', 'f'])).toEqual(['fs']);
    expect(offered(bash, ['mailferry', 'explain', 'DATE_FROM_H'])).toEqual(['DATE_FROM_HEADER']);
    expect(offered(bash, ['mailferry', 'completion', 'f'])).toEqual(['fish']);
    expect(offered(bash, ['mailferry', 'convert', directory.of('with')])).toEqual([directory.of('with space')]);
    expect(offered(bash, ['mailferry', 'convert', '--max-size', ''])).toEqual([]);
  });

  it.runIf(has('zsh'))('are taken by a real zsh', async () => {
    const zsh = await script('zsh');
    const program =
      'autoload -Uz compinit; compinit -u -D; eval "$COMPLETIONS"; print -r -- $_comps[mailferry]; print -r -- $+functions[_mailferry]';
    const out = execFileSync('zsh', ['-fc', program], { encoding: 'utf8', env: { ...process.env, COMPLETIONS: zsh } });
    expect(out).toBe('_mailferry\n1\n');
    const specs = execFileSync(
      'zsh',
      ['-fc', `${program}; _arguments() { print -rl -- "$@" }; words=(mailferry convert ''); CURRENT=3; _mailferry`],
      {
        encoding: 'utf8',
        env: { ...process.env, COMPLETIONS: zsh },
      },
    );
    // "--layout=" takes its value in the same word or in the next.
    expect(specs).toMatch(/^--layout=\[.*\]:layout:\(maildir\+\+ fs\)$/m);
    expect(specs).toMatch(/^-n\[/m);
    expect(specs).toMatch(/^--dry-run\[/m);
  });

  it.runIf(has('fish'))('work in a real fish', async () => {
    const fish = await script('fish');
    const complete = (line: string) =>
      execFileSync('fish', ['--no-config', '-c', 'source (echo $COMPLETIONS | psub); complete -C $LINE'], {
        encoding: 'utf8',
        env: { ...process.env, COMPLETIONS: fish, LINE: line },
      })
        .split('\n')
        .map((row) => row.split('\t')[0]);
    expect(complete('mailferry con')).toContain('convert');
    expect(complete('mailferry convert --dr')).toContain('--dry-run');
    expect(complete('mailferry convert --layout ')).toEqual(expect.arrayContaining(['maildir++', 'fs']));
  });
});
