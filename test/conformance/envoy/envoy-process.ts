/** A real Envoy on loopback, started with a configuration and stopped again. */
import { spawn, type ChildProcess } from 'child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { get } from 'http';
import { tmpdir } from 'os';
import { join } from 'path';
import type { EnvoyObject } from '../../../lib/providers/local-envoy';
import { envoy } from '../tools';

/** A running Envoy. */
export interface EnvoyProcess {
  /** What its administration interface answers to a path. */
  readonly ask: (path: string) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** Starts Envoy and waits until it serves; an error carries what it says. */
export async function startEnvoy(bootstrap: EnvoyObject, admin: { readonly host: string; readonly port: number }): Promise<EnvoyProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'envoy-'));
  const file = join(folder, 'bootstrap.json');
  writeFileSync(file, JSON.stringify(bootstrap));
  const child = spawn(envoy(), ['-c', file, '--disable-hot-restart', '--concurrency', '1', '-l', 'warning'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const said = listen(child);
  const ask = (path: string) => fetchText(admin, path);
  const stop = async () => {
    await stopped(child);
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; child.exitCode === null && tries < 600; tries++) {
    if ((await ask('/ready').catch(() => '')).startsWith('LIVE')) return { ask, stop };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await stop();
  throw new Error(`Envoy does not start:\n${said()}`);
}

function listen(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => { text = `${text}${chunk.toString()}`.slice(0, 10_000_000); });
  // a refused configuration is printed whole, with the reason in front or behind
  return () => text.split('\n').filter((line) => line !== '').slice(-5).map((line) => line.length < 1200 ? line : `${line.slice(0, 600)} … ${line.slice(-600)}`).join('\n');
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

async function fetchText({ host, port }: { readonly host: string; readonly port: number }, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host, port, path, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => { text += chunk; }).on('end', () => resolve(text));
    }).on('error', reject);
  });
}
