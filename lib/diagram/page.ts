/**
 * The picture as one HTML file: drawing, request box and simulator, without any request to anywhere. In: a traffic model and the page's
 * script (`dist-lib/diagram/page.bundle.js`). Out: the file's text, the same for the same model.
 */
import { createHash } from 'crypto';
import { pageModelOf } from './page-model';
import { STYLE } from './style';
import type { TrafficModel } from '../model/traffic-model';

/** The page of a model. The script is the text of the page's bundle. */
export function pageOf(model: TrafficModel, script: string): string {
  const code = inScript(script);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(code)}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="generator" content="cdk-eks-mesh">
<title>Mesh ${escapeHtml(model.mesh.name)}</title>
<link rel="icon" href="${ICON}">
<style>${STYLE}</style>
</head>
<body>
${HEADER.replace('MESH', () => escapeHtml(model.mesh.name))}
${STAGE}
${ASIDE}
<script type="application/json" id="model">${jsonInScript(pageModelOf(model))}</script>
<script>${code}</script>
</body>
</html>
`;
}

/** Nothing is loaded from anywhere, and no other script or style runs but those whose hashes stand here. */
function policyOf(script: string): string {
  return `default-src 'none'; script-src '${hashOf(script)}'; style-src '${hashOf(STYLE)}'; img-src data:; base-uri 'none'; form-action 'none'`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}

const ICON = 'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 16 16%22%3E%3Cpath d=%22M2 8h4m0 0 4-4h4M6 8l4 4h4%22 '
  + 'fill=%22none%22 stroke=%22%230b62d0%22 stroke-width=%222%22/%3E%3C/svg%3E';

const HEADER = `<header>
<h1>MESH<span id="counts"></span></h1>
<div class="tools">
<input id="search" type="search" placeholder="Find a service  ( / )" aria-label="Find a service" autocomplete="off" spellcheck="false">
<button id="zoom-out" type="button" aria-label="Smaller">−</button>
<button id="zoom-in" type="button" aria-label="Larger">+</button>
<button id="zoom-fit" type="button">Fit</button>
<button id="theme" type="button" aria-label="Switch between light and dark">Light / dark</button>
</div>
</header>`;

const STAGE = `<div id="stage">
<svg id="picture" role="group" aria-label="The mesh: gateways, routes, services and versions" tabindex="0"></svg>
<div id="crumbs" hidden></div>
<div id="legend" aria-hidden="true"></div>
<svg id="map" width="180" height="120" hidden aria-hidden="true"></svg>
<div id="tip" role="tooltip" hidden></div>
</div>`;

const ASIDE = `<aside>
<section aria-labelledby="ask">
<h2 id="ask">Where does a request go?</h2>
<form id="request" autocomplete="off">
<label for="entry">Enters at</label><select id="entry"></select>
<label for="path">Request</label><div class="pair"><input id="method" list="methods" aria-label="Method" spellcheck="false"><input id="path" spellcheck="false" required></div>
<label for="host">Host</label><input id="host" list="hosts" spellcheck="false">
<label for="port">Port</label><input id="port" inputmode="numeric" list="ports" placeholder="the first that fits">
<label for="headers">Headers</label><textarea id="headers" rows="2" spellcheck="false" placeholder="name: value"></textarea>
<span></span><div class="pair"><button id="send" class="main" type="submit">Show the way</button><button id="clear" type="button">Clear</button></div>
</form>
<datalist id="methods"></datalist><datalist id="hosts"></datalist><datalist id="ports"></datalist>
<div id="result" aria-live="polite"></div>
<div id="notes"></div>
</section>
<section id="details" aria-live="polite"></section>
</aside>`;

/** Text as HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** JSON that stays data inside of a script element, whatever its texts hold. */
export function jsonInScript(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A script whose texts cannot end its element. */
function inScript(script: string): string {
  return script.replace(/<\/(script)/gi, '<\\/$1').replace(/<!--/g, '<\\!--');
}
