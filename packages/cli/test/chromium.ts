// Debian's Chromium without a window, asked over a pipe (Chrome DevTools Protocol): it opens pages from a file, with their scripts and the network off.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { removeDirectory } from '../../../scripts/oracle/remove-directory.ts';

/** True when there is a browser. */
export function hasChromium(): boolean {
  const found = spawnSync('chromium', ['--version'], { stdio: 'ignore' }).status === 0;
  if (!found && process.env['ORACLE'] === 'required') throw new Error('chromium is not installed');
  if (!found) process.stderr.write('SKIPPED: reports are not looked at in a browser, chromium is not installed\n');
  return found;
}

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly request?: { readonly url: string }; readonly entry?: { readonly text: string } };
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** A browser with one page. */
export class Chromium implements AsyncDisposable {
  /** Every address that was asked for, in order. */
  readonly requests: string[] = [];
  /** What the browser complained of. */
  readonly complaints: string[] = [];
  readonly #home = mkdtempSync(join(tmpdir(), 'mailferry-chromium-'));
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #number = 0;
  #session: string | undefined;
  #loaded: (() => void) | undefined;

  private constructor() {
    this.#child = spawn(
      'chromium',
      [
        '--headless=new',
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--remote-debugging-pipe',
        `--user-data-dir=${join(this.#home, 'profile')}`,
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--disable-background-networking',
        '--disable-component-update',
        '--no-first-run',
        '--hide-scrollbars',
        '--host-resolver-rules=MAP * ~NOTFOUND',
        '--blink-settings=scriptEnabled=false',
        'about:blank',
      ],
      {
        stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
        env: { PATH: process.env['PATH'] ?? '', HOME: this.#home },
        // A group of its own, to end its children with it.
        detached: true,
      },
    );
    let rest = Buffer.alloc(0);
    this.#child.stdio[3]?.on('error', () => undefined);
    (this.#child.stdio[4] as Readable).on('data', (part: Buffer) => {
      rest = Buffer.concat([rest, part]);
      for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
        this.#hear(JSON.parse(rest.toString('utf8', 0, end)) as Answer);
        rest = rest.subarray(end + 1);
      }
    });
    this.#child.once('exit', () => {
      for (const answer of this.#waiting.values()) answer({ error: { message: 'the browser has ended' } });
    });
  }

  /** Starts a browser whose page runs no script and reaches nobody. */
  static async start(): Promise<Chromium> {
    const browser = new Chromium();
    const { targetInfos } = (await browser.#ask('Target.getTargets')) as { targetInfos: { targetId: string; type: string }[] };
    const targetId = targetInfos.find(({ type }) => type === 'page')?.targetId;
    browser.#session = (await browser.#ask('Target.attachToTarget', { targetId, flatten: true }))['sessionId'] as string;
    for (const domain of ['Page', 'Network', 'Log', 'Runtime']) await browser.#ask(`${domain}.enable`);
    await browser.#ask('Emulation.setScriptExecutionDisabled', { value: true });
    await browser.#ask('Network.emulateNetworkConditions', { offline: true, latency: 0, downloadThroughput: 0, uploadThroughput: 0 });
    return browser;
  }

  /** Opens markup as a file of its own, in a window of so many pixels. */
  async open(name: string, markup: string, scheme: 'light' | 'dark', width: number = 1280): Promise<void> {
    const path = join(this.#home, `${name}.html`);
    writeFileSync(path, markup);
    await this.#ask('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
    await this.#ask('Emulation.setDeviceMetricsOverride', { width, height: 900, deviceScaleFactor: 1, mobile: false });
    const loaded = new Promise<void>((resolve) => {
      this.#loaded = resolve;
    });
    await this.#ask('Page.navigate', { url: pathToFileURL(path).href });
    await loaded;
  }

  /** What an expression of the browser's own comes to, as JSON; the scripts of the page stay off. */
  async see<T>(expression: string): Promise<T> {
    const answer = await this.#ask('Runtime.evaluate', { expression, returnByValue: true });
    if (answer['exceptionDetails'] !== undefined) throw new Error(JSON.stringify(answer['exceptionDetails']));
    return (answer['result'] as { value: T }).value;
  }

  /** A picture of the page from its top, as PNG. */
  async shot(height: number): Promise<Buffer> {
    const clip = { x: 0, y: 0, width: 1280, height, scale: 1 };
    const { data } = await this.#ask('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true, clip });
    return Buffer.from(data as string, 'base64');
  }

  #ask(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<Record<string, unknown>> {
    this.#number += 1;
    const id = this.#number;
    const message = { id, method, params, ...(this.#session === undefined ? {} : { sessionId: this.#session }) };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) =>
        error === undefined ? resolve(result ?? {}) : reject(new Error(`${method}: ${error.message}`)),
      );
      (this.#child.stdio[3] as Writable).write(`${JSON.stringify(message)}\0`);
    });
  }

  #hear(answer: Answer): void {
    if (answer.id !== undefined) {
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    }
    const { method, params } = answer;
    if (method === 'Page.loadEventFired') this.#loaded?.();
    if (method === 'Network.requestWillBeSent' && params?.request !== undefined) this.requests.push(params.request.url);
    if (method === 'Log.entryAdded' && params?.entry !== undefined) this.complaints.push(params.entry.text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    const isRunning = this.#child.exitCode === null && this.#child.signalCode === null;
    try {
      process.kill(-(this.#child.pid ?? Number.NaN), 'SIGKILL');
    } catch {
      // Nobody of the group is left.
    }
    if (isRunning) await ended;
    await removeDirectory(this.#home);
  }
}
