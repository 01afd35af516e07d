import { Command as Commander, CommanderError, Option } from 'commander';
import type { Command } from './command.js';
import { COMMANDS } from './commands/index.js';
import { type Flag, takesValue, variableOf } from './ui/flag.js';
import { COMMON_FLAGS } from './ui/flags-common.js';
import { hasTerminal } from './ui/hang-up.js';
import { programVersion } from './version.js';

/** What commander understood. */
interface Request {
  readonly command: Command;
  readonly args: readonly string[];
  /** What was typed, by flag name. */
  readonly typed: ReadonlyMap<string, readonly string[]>;
}

/**
 * The door: reads argv, runs one command and sets the exit status. What is heavy is loaded only by the command that needs it.
 * @param busy - in a child that root started: resolves, once the locks in the spool are held, to a mailbox that another program keeps
 */
export async function main(argv: readonly string[], busy?: () => Promise<string | undefined>): Promise<void> {
  // A reader that has gone (head, a closed pager) has what it wanted of a help text.
  process.stdout.on('error', () => undefined);
  // What was started to go on without a terminal does.
  if (!hasTerminal()) process.on('SIGHUP', () => undefined);
  const words = spelledOut(argv.slice(2));
  let request: Request | undefined;
  const name = words.find((word) => !word.startsWith('-'));
  const parser = createParser(name, (parsed) => {
    request = parsed;
  });
  try {
    if (words.length === 0) parser.error('error: which command? mailferry --help lists them');
    parser.parse(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0 || error.code === 'commander.helpDisplayed') return;
    const { refuse } = await import('./ui/refuse.js');
    process.exitCode = refuse(error.message, words);
    return;
  }
  if (request === undefined) return;
  const { runCommand } = await import('./run-command.js');
  process.exitCode = await runCommand(request.command, request.args, request.typed, words, busy);
}

/** `help` and `help COMMAND`, as other programs have it, in the words of this one. */
function spelledOut(words: readonly string[]): readonly string[] {
  return words[0] === 'help' ? [...words.slice(1), '--help'] : words;
}

/** Columns of the help. */
const HELP_WIDTH = 100;

function helpOption(group: string): Option {
  return new Option('-h, --help', 'print this help').helpGroup(group);
}

/** @param wanted - the command that is meant: the flags of the others are not needed */
function createParser(wanted: string | undefined, done: (request: Request) => void): Commander {
  const parser = new Commander('mailferry')
    .description('moves old mail from files on disk to Maildir and IMAP, and proves that nothing was lost')
    .usage('COMMAND ...')
    .optionsGroup('Flags:')
    .version(`mailferry ${programVersion()}`, '--version', 'print the version')
    .addHelpOption(helpOption('Flags:'))
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ helpWidth: HELP_WIDTH, subcommandTerm: (sub) => `${sub.name()} ${sub.usage().replace('[FLAG]... ', '')}` })
    .configureOutput({ writeErr: () => undefined })
    .addHelpText(
      'after',
      '\nmailferry COMMAND --help tells what a command takes. Every flag is also a variable: --dry-run is MAILFERRY_DRY_RUN.',
    );
  for (const command of COMMANDS) addCommand(parser, command, command.name === wanted, done);
  return parser;
}

function addCommand(parser: Commander, command: Command, isWanted: boolean, done: (request: Request) => void): void {
  const sub = parser.command(command.name).summary(command.summary).description(command.summary).usage(`[FLAG]... ${command.usage}`);
  if (!isWanted) return;
  sub
    .argument('[arguments...]')
    .exitOverride()
    .addHelpOption(helpOption('What is shown:'))
    .configureOutput({ writeErr: () => undefined })
    .configureHelp({ helpWidth: HELP_WIDTH, visibleArguments: () => [] })
    .addHelpText('after', examplesText(command));
  const typed = new Map<string, string[]>();
  for (const flag of [...command.flags, ...COMMON_FLAGS]) sub.addOption(optionOf(flag, typed));
  sub.action((args: string[]) => {
    checkCount(sub, command, args);
    done({ command, args, typed });
  });
}

/** Commander only splits argv here: each word is kept as typed and read later, in the same way as a variable or a line of the config file. */
function optionOf(flag: Flag, typed: Map<string, string[]>): Option {
  const dashes = flag.short === undefined ? `--${flag.name}` : `-${flag.short}, --${flag.name}`;
  const value = takesValue(flag) ? ` <${flag.value ?? flag.choices?.join('|') ?? 'VALUE'}>` : '';
  const option = new Option(dashes + value, flag.help).helpGroup(flag.group);
  const keep = (word: string): true => {
    typed.set(flag.name, [...(typed.get(flag.name) ?? []), word]);
    return true;
  };
  if (takesValue(flag)) return option.argParser(keep);
  option.argParser(() => keep('1'));
  return option;
}

function checkCount(parser: Commander, command: Command, args: readonly string[]): void {
  // "$TARGET" with a slip in its name would mean the current directory.
  if (args.includes('')) parser.error('error: an argument is empty: perhaps a variable of the shell has no value');
  if (args.length < command.least) parser.error(`error: ${command.name} needs ${command.usage}`);
  if (command.most !== undefined && args.length > command.most) parser.error(`error: ${command.name} takes ${command.usage} and no more`);
}

function examplesText(command: Command): string {
  const width = Math.max(...command.examples.map(([line]) => line.length));
  const lines = command.examples.map(([line, meaning]) => `  ${line.padEnd(width)}  ${meaning}`);
  const flag = command.flags[0] ?? COMMON_FLAGS[0];
  const variable = flag === undefined ? '' : `\nEvery flag is also a variable: --${flag.name} is ${variableOf(flag)}.`;
  return `\nExamples:\n${lines.join('\n')}\n${variable}`;
}
