/** The page in a real browser: a request is typed, and the way that lights up is read. */
import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App } from 'aws-cdk-lib';
import { build } from '../../../examples/quickstart';
import { pageOf } from '../../../lib/diagram';
import { readPageScript } from '../../../lib/diagram/page-script';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { meshOf } from '../../diagram/meshes';
import { SHOP } from '../../diagram/shop';
import { gateway, gatewayRoute, header, http, model, prefix, service, serviceRoute, shares, to } from '../../model-builders';
import { mustRun } from '../tools';
import { ask, coveredTexts, litLines, litNodes, PageBrowser } from './browser';

const browser = new PageBrowser();
const assembly = mkdtempSync(join(tmpdir(), 'cdk-eks-mesh-quickstart-'));
const pageFor = (mesh: TrafficModel) => pageOf(mesh, readPageScript());
let quickstart: string;

beforeAll(async () => {
  mustRun('npx', ['projen', 'bundle']);
  await browser.start();
  build(new App({ outdir: assembly })).synth();
  quickstart = readFileSync(join(assembly, 'Shop-Mesh.mesh.html'), 'utf8');
});

afterEach(() => browser.close());

afterAll(async () => {
  await browser.stop();
  rmSync(assembly, { recursive: true, force: true });
});

describe('the page of the quickstart', () => {
  test('lights up the way of a request, with its shares', async () => {
    const { page, complaints } = await browser.open(quickstart);

    await ask(page, { method: 'GET', path: '/products/7' });

    expect(await litNodes(page)).toEqual({
      'clients:shop/gateway': '100 %', 'gateway:shop/gateway': '100 %', 'gateway-route:shop/gateway/products': '100 %', 'service:shop/products': '100 %',
      'service-route:shop/products/split': '100 %', 'version:shop/products@v1': '95 %', 'version:shop/products@v2': '5 %',
    });
    expect(await litLines(page)).toEqual([
      'clients:shop/gateway -> gateway:shop/gateway', 'gateway-route:shop/gateway/products -> service:shop/products', 'gateway:shop/gateway -> gateway-route:shop/gateway/products',
      'service-route:shop/products/split -> version:shop/products@v1', 'service-route:shop/products/split -> version:shop/products@v2',
    ]);
    expect(await page.locator('.ending').allTextContents()).toEqual(['95 %shop/products@v1', '5 %shop/products@v2']);
    expect(await page.locator('.badge').allTextContents()).toEqual(['95 %', '5 %']);
    expect(await page.locator('[data-fact=host]').textContent()).toContain('products.shop.svc.cluster.local');
    expect(await page.locator('[data-fact=retries]').textContent()).toBe('3 more tries of at most 1.5 s, after server-error');
    expect(await page.locator('.trace').textContent()).toContain('header x-experiment-id is missing');
    expect(complaints).toEqual([]);
  });

  test('follows a pin, and forgets the way before', async () => {
    const { page, complaints } = await browser.open(quickstart);
    await ask(page, { path: '/products/7' });

    await ask(page, { path: '/products/7', headers: 'x-experiment-id: b' });

    const lit = await litNodes(page);
    expect(lit['version:shop/products@v2']).toBe('100 %');
    expect(Object.keys(lit).filter((id) => id.startsWith('version:') || id.startsWith('service-route:'))).toEqual([expect.stringMatching(/^service-route:/), 'version:shop/products@v2']);
    await page.click('#clear');
    expect(await litNodes(page)).toEqual({});
    expect(complaints).toEqual([]);
  });

  test('switches between blue and green, and stops at the gateway where no route fits', async () => {
    const { page } = await browser.open(quickstart);

    await ask(page, { path: '/checkout', headers: 'x-preview: green' });
    expect((await litNodes(page))['service:shop/checkout-green']).toBe('100 %');
    await ask(page, { path: '/checkout' });
    expect((await litNodes(page))['service:shop/checkout-blue']).toBe('100 %');
    await ask(page, { path: '/productsx' });
    expect(Object.keys(await litNodes(page))).toEqual(['clients:shop/gateway', 'gateway:shop/gateway']);
    expect(await page.locator('.ending').allTextContents()).toEqual(['100 %404, no route of the gateway']);
  });

  test('follows calls between services, and says which are not declared', async () => {
    const { page } = await browser.open(quickstart);

    await page.selectOption('#entry', 'service:shop/products');
    expect(await page.inputValue('#host')).toBe('catalog.shop.svc.cluster.local');
    await ask(page, { path: '/items' });
    expect(Object.keys(await litNodes(page)).sort()).toEqual(['service:shop/catalog', 'service:shop/products', 'version:shop/catalog@v1']);
    expect(await litLines(page)).toEqual(['service:shop/products -> service:shop/catalog call']);
    await ask(page, { entry: 'service:shop/catalog', host: 'products', path: '/' });
    expect(await page.locator('.ending').allTextContents()).toEqual(['100 %502, the call is not declared']);
  });

  test.each([
    [{ path: '/', port: '99' }, "gateway 'shop/gateway' has no listener on port 99use one of its listeners: 80 (http)"],
    [{ path: '/', port: 'http' }, "'http' is not a portwrite a number from 1 to 65535, or nothing"],
    [{ path: '/', headers: 'x-env' }, "'x-env' is not a headerwrite a name, a colon and a value: x-env: beta"],
  ])('says what is wrong with %j', async (typed, message) => {
    const { page, complaints } = await browser.open(quickstart);

    await ask(page, typed);

    expect(await page.locator('[role=alert]').textContent()).toBe(message);
    expect(await litNodes(page)).toEqual({});
    expect(complaints).toEqual([]);
  });

  test('says what is known of a node beside the pointer', async () => {
    const { page } = await browser.open(quickstart);

    await page.hover('[data-id="service-route:shop/products/split"]');

    const tip = await page.locator('#tip').innerText();
    for (const fact of ['weights 95 shop/products@v1, 5 shop/products@v2', '3 more tries of at most 1.5 s, after server-error', '10 s']) expect(tip).toContain(fact);
    await page.mouse.move(5, 850);
    expect(await page.locator('#tip').isVisible()).toBe(false);
  });

  test('works with the keyboard alone', async () => {
    const { page, complaints } = await browser.open(quickstart);

    await page.keyboard.press('/');
    await page.keyboard.type('catalog');
    expect(await page.locator('.box.service').evaluateAll((boxes) => boxes.map((box) => box.getAttribute('data-id')))).toEqual(['service:shop/catalog']);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.locator('[data-id="service:shop/products"]').focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('#details strong').textContent()).toBe('products');
    await page.keyboard.press('Enter');
    expect(await page.locator('#crumbs').innerText()).toContain('products and its neighbours');
    await page.focus('#path');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('/checkout');
    await page.keyboard.press('Enter');
    expect((await litNodes(page))['service:shop/checkout-blue']).toBe('100 %');
    expect(complaints).toEqual([]);
  });

  test('gives every part a name, and every field a label', async () => {
    const { page } = await browser.open(quickstart);

    const nameless = await page.evaluate(() => [
      ...[...document.querySelectorAll('[role=button]')].filter((box) => (box.getAttribute('aria-label') ?? '') === ''),
      ...[...document.querySelectorAll('input,select,textarea')].filter((field) => !field.hasAttribute('aria-label') && document.querySelector(`label[for="${field.id}"]`) === null),
    ].map(({ outerHTML }) => outerHTML));
    expect(nameless).toEqual([]);
    expect(await page.getByRole('button', { name: 'version of service products: v2' }).count()).toBe(1);
  });

  test('is light and dark, as the system says and as one switches', async () => {
    const { page } = await browser.open(quickstart, { scheme: 'dark' });
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

    const dark = await background();
    await page.click('#theme');
    const light = await background();
    expect([dark, light]).toEqual(['rgb(16, 21, 27)', 'rgb(244, 246, 249)']);
    expect(await (await browser.open(quickstart)).page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(light);
  });
});

describe.each([5, 50, 300])('a page of %i services', (count) => {
  test('is ready soon, and no text covers another', async () => {
    const { page, complaints, cpuMs } = await browser.open(pageFor(meshOf(count)));

    expect(cpuMs).toBeLessThan(1500);
    expect(await page.locator('#picture text').count()).toBeGreaterThan(count);
    expect(await coveredTexts(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('starts with texts that can be read', async () => {
    const { page } = await browser.open(pageFor(meshOf(count)), { width: 1280, height: 800 });

    const scale = await page.evaluate(() => Number(/scale\(([\d.]+)\)/.exec(document.getElementById('world')!.getAttribute('transform')!)![1]));
    expect(scale).toBeGreaterThanOrEqual(0.8);
  });
});

describe('a page of 300 services', () => {
  test('shows an overview, the neighbours of a service, and the way of a request in full', async () => {
    const { page, complaints } = await browser.open(pageFor(meshOf(300)));

    expect(await page.locator('.box.tile').count()).toBe(300);
    await page.click('[data-id="service:billing/carts-2"]');
    await page.click('#only');
    expect(await page.locator('.box.service').count()).toBe(5);
    expect(await coveredTexts(page)).toEqual([]);
    await ask(page, { entry: 'gateway:shop/public', path: '/catalog-6/1' });
    expect(await litNodes(page)).toMatchObject({ 'gateway-route:shop/public/catalog-6': '100 %', 'version:billing/catalog-6@v1': '95 %', 'version:billing/catalog-6@v2': '5 %' });
    await page.click('#all');
    expect(await page.locator('.box.tile[data-lit]').count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  test('finds services by name', async () => {
    const { page } = await browser.open(pageFor(meshOf(300)));

    await page.fill('#search', 'audit-1');
    expect(await page.locator('.box.service').count()).toBe(8);
    await page.fill('#search', 'nothing-like-this');
    expect(await page.locator('#crumbs').innerText()).toContain("no service has 'nothing-like-this' in its name");
  });
});

describe('a page', () => {
  test('knows several gateways, namespaces and protocols', async () => {
    const { page } = await browser.open(pageFor(meshOf(50)));

    await ask(page, { entry: 'gateway:shop/public', method: '', path: '/shop.v1.search/Find', port: '9090' });
    expect(await litNodes(page)).toMatchObject({ 'gateway:shop/public': '100 %', 'gateway-route:shop/public/search': '100 %', 'service:platform/search': '100 %' });
    await ask(page, { entry: 'gateway:shop/partners', path: '/orders/1' });
    expect(await litNodes(page)).toMatchObject({ 'gateway:shop/partners': '100 %', 'service:insights/orders': '100 %' });
  });

  test('draws routers, copies, redirects and splits at the gateway, and lights them up', async () => {
    const { page, complaints } = await browser.open(pageFor(SHOP));

    expect(await coveredTexts(page)).toEqual([]);
    await ask(page, { path: '/any', host: 'www.example.com' });
    expect(await litNodes(page)).toMatchObject({ 'service:shop/any': '100 %', 'version:shop/products@v1': '50 %', 'version:stock/stock@v1': '50 %' });
    await ask(page, { path: '/old', host: 'www.example.com' });
    expect(await litNodes(page)).toMatchObject({ 'answer:gateway-route:shop/edge/old': '100 %' });
    await ask(page, { path: '/both', host: 'www.example.com' });
    expect(await litNodes(page)).toMatchObject({ 'version:shop/products@v1': '66.67 % (2/3)', 'service:stock/stock': '33.33 % (1/3)' });
    expect(complaints).toEqual([]);
  });

  test('shows hostile texts as texts', async () => {
    const name = '</script><img src=x onerror=alert(1)>"\'`&#60;';
    const hostile = model({
      services: [service('a', {
        name, routes: [serviceRoute(name, http(prefix('/'), { headers: [header('x', { kind: 'exact', value: name })] }), shares('shop/a', { v1: 1 }))],
      })],
      gateways: [gateway([gatewayRoute(name, http(prefix(`/${name}`)), [to('shop/a')])], { name, listeners: [] })],
    });
    const { page, complaints } = await browser.open(pageFor(hostile));

    await page.hover('[data-id="service:shop/a"]');
    expect(await page.locator('#tip strong').textContent()).toBe(name);
    expect(await page.locator('img').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('of an empty mesh says so little that nothing breaks', async () => {
    const { page, complaints } = await browser.open(pageFor(model({})));

    expect(await page.locator('#counts').textContent()).toBe('0 services · 0 gateways · 0 namespaces');
    expect(complaints).toEqual([]);
  });
});

describe('the checks themselves', () => {
  test('see a script that is not ours, a request, an exception and a text that covers another', async () => {
    const { page, complaints } = await browser.open(quickstart);

    await page.evaluate(() => {
      document.body.append(Object.assign(document.createElement('script'), { textContent: 'alert(1)' }));
      document.body.append(Object.assign(document.createElement('img'), { src: 'https://example.invalid/x.png' }));
      setTimeout(() => { throw new Error('broken'); });
      const text = document.querySelector('#picture text')!;
      text.parentElement!.append(text.cloneNode(true));
    });
    await page.waitForTimeout(300);

    expect(complaints.filter((complaint) => complaint.includes('Content Security Policy')).length).toBeGreaterThanOrEqual(2);
    expect(complaints).toEqual(expect.arrayContaining([expect.stringContaining('exception: Error: broken')]));
    expect((await coveredTexts(page)).length).toBe(1);
  });
});
