/**
 * Stands in for the Node.js runtime of Lambda: one environment, one event at a time. Events come over file descriptor 3 as lines
 * of JSON, results go back the same way. The presigned address of CloudFormation's bucket leads to the emulator.
 */
const http = require('http');
const https = require('https');
const { syncBuiltinESMExports } = require('module');
const net = require('net');
const path = require('path');
const { pathToFileURL } = require('url');

const emulator = new URL(process.env.EMULATOR_ENDPOINT);
const bucket = process.env.EMULATOR_RESPONSE_HOST;
/** Hosts that the emulator stands in for. */
const stoodInFor = new Set([bucket, ...(process.env.EMULATOR_HOSTS ?? '').split(',')]);

/** The bucket's host as the emulator's address; the path with the signature stays. */
function leadToEmulator() {
  const request = https.request;
  https.request = function (...args) {
    const first = typeof args[0] === 'string' || args[0] instanceof URL ? new URL(args.shift()) : undefined;
    const options = { ...(first && { hostname: first.hostname, path: first.pathname + first.search }), ...(typeof args[0] === 'object' ? args.shift() : {}) };
    const host = String(options.hostname ?? options.host ?? '').split(':')[0];
    if (!stoodInFor.has(host)) return request.call(https, ...(first ? [first, options] : [options]), ...args);
    return http.request({ ...options, protocol: 'http:', agent: undefined, host: emulator.hostname, hostname: emulator.hostname, port: emulator.port }, ...args);
  };
  https.get = (...args) => { const sent = https.request(...args); sent.end(); return sent; };
  syncBuiltinESMExports();
  const fetched = globalThis.fetch;
  globalThis.fetch = (resource, options) => {
    const url = new URL(typeof resource === 'object' && 'url' in resource ? resource.url : String(resource));
    if (url.hostname !== bucket) return fetched(resource, options);
    return fetched(new URL(url.pathname + url.search, emulator), options);
  };
}

/** `dir/file.export`, in CommonJS or as a module. */
async function loadHandler() {
  const [, file, name] = /^(.*)\.([^.]+)$/.exec(process.env._HANDLER);
  const base = path.join(process.env.LAMBDA_TASK_ROOT, file);
  let loaded;
  try {
    loaded = require(base);
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND' || !error.message.includes(base)) throw error;
    loaded = await import(pathToFileURL(`${base}.mjs`).href);
  }
  const handler = name.split('.').reduce((found, key) => found?.[key], loaded);
  if (typeof handler !== 'function') throw new TypeError(`${process.env._HANDLER} is undefined or not exported`);
  return handler;
}

function contextOf({ requestId, deadlineMs, arn }) {
  return {
    awsRequestId: requestId,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: '$LATEST',
    invokedFunctionArn: arn,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: `/aws/lambda/${process.env.AWS_LAMBDA_FUNCTION_NAME}`,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}

function call(handler, event, context) {
  return new Promise((resolve, reject) => {
    const callback = (error, result) => error ? reject(error) : resolve(result);
    const returned = handler(event, context, callback);
    if (typeof returned?.then === 'function') returned.then(resolve, reject);
    // a handler without callback parameter that returns nothing is over
    else if (handler.length < 3) resolve(returned);
  });
}

const errorOf = error => error instanceof Error
  ? { errorType: error.name, errorMessage: error.message, trace: String(error.stack).split('\n') }
  : { errorType: typeof error, errorMessage: String(error), trace: [] };

leadToEmulator();
const channel = new net.Socket({ fd: 3, readable: true, writable: true });
const handler = loadHandler();
handler.catch(() => undefined);
let text = '';
channel.setEncoding('utf8');
channel.on('data', async part => {
  text += part;
  const end = text.indexOf('\n');
  if (end < 0) return;
  const { event, ...invocation } = JSON.parse(text.slice(0, end));
  text = text.slice(end + 1);
  let answer;
  try {
    answer = { result: (await call(await handler, JSON.parse(event), contextOf(invocation))) ?? null };
  } catch (error) {
    answer = { error: errorOf(error) };
  }
  channel.write(`${JSON.stringify(answer)}\n`);
});
channel.on('end', () => process.exit(0));
channel.on('error', () => process.exit(0));
process.on('uncaughtException', error => {
  console.error(error);
  channel.write(`${JSON.stringify({ error: errorOf(error) })}\n`, () => process.exit(1));
});
