/** Opens pages in headless Chromium, and listens to everything that must not happen. */
import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { pathToFileURL } from 'url';
import { chromium, type Browser, type Page } from 'playwright-core';
import * as tools from '../tools';

/** An opened page, and what went wrong in it. */
export interface Opened {
  readonly page: Page;
  /** Errors in the console, exceptions, dialogs, requests for anything but the file itself. */
  readonly complaints: readonly string[];
  /** Time that the page's thread worked until it was ready, which does not depend on what else the machine does. */
  readonly cpuMs: number;
}

/** How a page is looked at. */
export interface View {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
}

/** A browser for one file of checks. */
export class PageBrowser {
  private browser: Browser | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), 'cdk-eks-mesh-page-'));

  /** Starts it; nothing that phones home. */
  async start(): Promise<void> {
    this.browser = await chromium.launch({
      executablePath: tools.chromium(),
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
  }

  /** Closes all pages. */
  async close(): Promise<void> {
    for (const context of this.browser!.contexts()) await context.close();
  }

  /** Ends it. */
  async stop(): Promise<void> {
    await this.browser?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** An empty page, without anything of ours. */
  async blank(): Promise<Page> {
    return this.browser!.newPage();
  }

  /** Opens HTML as a file, as users do, and waits until it is ready. */
  async open(html: string, { width = 1500, height = 900, scheme = 'light' }: View = {}): Promise<Opened> {
    const file = join(this.folder, 'mesh.html');
    writeFileSync(file, html);
    const url = pathToFileURL(file).href;
    const page = await this.browser!.newPage({ viewport: { width, height }, colorScheme: scheme });
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => void complaints.push(`exception: ${String(error)}`));
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (request.url() !== url && !request.url().startsWith('data:')) complaints.push(`request: ${request.url()}`);
    });
    const inspector = await page.context().newCDPSession(page);
    await inspector.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.goto(url);
    await page.waitForSelector('html[data-ready]', { timeout: 60_000 });
    const { metrics } = await inspector.send('Performance.getMetrics');
    return { page, complaints, cpuMs: metrics.find(({ name }) => name === 'TaskDuration')!.value * 1000 };
  }
}

/** What a request is typed as. */
export interface Typed {
  readonly entry?: string;
  readonly method?: string;
  readonly path: string;
  readonly host?: string;
  readonly port?: string;
  readonly headers?: string;
}

/** Types a request into the box and sends it. */
export async function ask(page: Page, { entry, method, path, host, port, headers }: Typed): Promise<void> {
  if (entry !== undefined) await page.selectOption('#entry', entry);
  if (method !== undefined) await page.fill('#method', method);
  if (host !== undefined) await page.fill('#host', host);
  await page.fill('#path', path);
  await page.fill('#port', port ?? '');
  await page.fill('#headers', headers ?? '');
  await page.click('#send');
}

/** The nodes that are lit up, with their shares. */
export async function litNodes(page: Page): Promise<{ readonly [id: string]: string }> {
  const found = await page.locator('#picture [data-lit]').evaluateAll((boxes) => boxes.map((box) => [box.getAttribute('data-id')!, box.getAttribute('data-share')!] as const));
  return Object.fromEntries(found);
}

/** The lines that are lit up. */
export async function litLines(page: Page): Promise<readonly string[]> {
  const found = await page.locator('#picture .line.lit').evaluateAll((lines) => lines.map((line) => line.getAttribute('data-line')!));
  return [...new Set(found)].sort();
}

/** Texts of the drawing that cover each other on the screen. */
export async function coveredTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const texts = [...document.querySelectorAll('#picture text')].map((text) => ({ words: text.textContent ?? '', box: text.getBoundingClientRect() }));
    // a pixel of each side is room between letters and the edges of their boxes
    return texts.flatMap((a, at) => texts.slice(at + 1).filter((b) => a.box.left + 1 < b.box.right - 1 && b.box.left + 1 < a.box.right - 1
      && a.box.top + 1 < b.box.bottom - 1 && b.box.top + 1 < a.box.bottom - 1).map((b) => `'${a.words}' covers '${b.words}'`));
  });
}
