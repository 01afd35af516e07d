import { digestCrlf, findField, formatMoment, type Inspection, inspect, type Message, openStore, sortFlags } from '@mailferry/core';
import type { Context } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { inspectionText, messageText } from './inspection-text.js';
import { Interrupt } from './interrupt.js';
import { issueLine } from './issue-text.js';
import { openOptions } from './open-options.js';
import type { Output } from './output.js';

/** Looks into each source and shows what is there; the exit status. */
export async function runInspect(context: Context): Promise<number> {
  const { args, output } = context;
  using interrupt = new Interrupt(output);
  let failed = 0;
  for (const location of args) {
    const inspection = await inspectOne(location, context, interrupt);
    failed += inspection.failed;
    if (interrupt.status !== undefined) {
      // What was counted until then, for who reads lines.
      output.event({ ...inspectionEvent(inspection), interrupted: true } as { type: string });
      return interrupt.status;
    }
    if (output.isGone) break;
    output.event(inspectionEvent(inspection));
    output.result(inspectionText(inspection, output.resultPalette, output.verbosity > 0, output.resultWidth));
  }
  return failed > 0 ? EXIT.someFailed : EXIT.ok;
}

async function inspectOne(location: string, { settings, output }: Context, interrupt: Interrupt): Promise<Inspection> {
  await using store = await openStore(location, { ...openOptions(settings), countQuotes: true });
  const line = settings.on('messages') ? (output.isJson ? messageLine : messageText) : undefined;
  const gone = new AbortController();
  return await inspect(store, {
    signal: AbortSignal.any([interrupt.signal, gone.signal]),
    each: async (messages) => {
      if (line !== undefined) await output.lines(`${messages.map(line).join('\n')}\n`);
      await interrupt.breathe();
      if (output.isGone) gone.abort();
    },
    issue: (issue, message) => {
      tellIssue(output, issue, message);
    },
  });
}

function tellIssue(output: Output, issue: Parameters<typeof issueLine>[0], message: Message | undefined): void {
  if (output.verbosity === 0) return;
  output.say(issueLine(issue, { folder: message?.folder, sourceId: message?.sourceId }, output.palette));
}

/** The `message` line of `--json`. */
function messageLine(message: Message): string {
  const { sha256, crlfSize } = digestCrlf(message.content.chunks());
  const messageId = findField(message.content, 'Message-ID');
  return JSON.stringify({
    type: 'message',
    folder: message.folder,
    sourceId: message.sourceId,
    size: message.content.size,
    crlfSize,
    sha256,
    flags: sortFlags(message.flags),
    internalDate: formatMoment(message.internalDate),
    ...(message.uid === undefined ? {} : { uid: message.uid }),
    ...(messageId === undefined ? {} : { messageId }),
    issues: message.issues.map(({ code }) => code),
  });
}

/** The `inspection` line of `--json`. */
function inspectionEvent(inspection: Inspection): { type: string } {
  const { contact = 0, distributionList = 0, appointment = 0, task = 0, note = 0, journal = 0, other = 0 } = inspection.items;
  const items = { contacts: contact + distributionList, appointments: appointment, tasks: task, notes: note, journal, other };
  return {
    type: 'inspection',
    source: inspection.source,
    format: inspection.format,
    ...(inspection.dialect === undefined ? {} : { dialect: inspection.dialect }),
    folders: inspection.folders.map(({ oldest, newest, ...folder }) => ({
      ...folder,
      ...(oldest === undefined ? {} : { oldest: formatMoment(oldest) }),
      ...(newest === undefined ? {} : { newest: formatMoment(newest) }),
    })),
    items,
    excluded: inspection.excluded,
    failed: inspection.failed,
    issues: inspection.issues,
    leftAlone: inspection.leftAlone,
    ...(inspection.quoting === undefined ? {} : { quoting: inspection.quoting }),
    messages: inspection.messages,
  } as { type: string };
}
