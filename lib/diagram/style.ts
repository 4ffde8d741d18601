/** The looks of the page. Colours are variables, once for light and once for dark. */
import { FONTS } from './fonts';

const LIGHT = `color-scheme:light;
--bg:#f4f6f9;--panel:#ffffff;--card:#ffffff;--ink:#18212d;--muted:#556274;--rim:#cfd7e1;--rule:#e3e8ee;--line:#7c8a9d;--frame:#eaeef4;
--accent:#0b62d0;--accent-soft:#e6f0fd;--call:#7b4fd0;--mirror:#0d8576;--version:#e7f4ec;--version-rim:#8fc7a5;--version-ink:#115c33;
--way:#d1460a;--way-soft:#fff0e6;--bad:#b3261e;--bad-soft:#fdecea;--good:#1a7f45;--shadow:0 1px 2px rgb(20 30 50/.08),0 8px 24px rgb(20 30 50/.10);
--part1:#3f86d8;--part2:#e2a02c;--part3:#8a63d2;--part4:#2fa58d;--hue0:#3f86d8;--hue1:#c2587a;--hue2:#7b8f2a;--hue3:#a0692a;--hue4:#3a9c96;--hue5:#8a63d2;`;

const DARK = `color-scheme:dark;
--bg:#10151b;--panel:#181f27;--card:#1c242e;--ink:#e8edf4;--muted:#a0adbd;--rim:#394655;--rule:#2a343f;--line:#6c7b8d;--frame:#151b23;
--accent:#6aaeff;--accent-soft:#1a2c45;--call:#b79af5;--mirror:#4fcdb9;--version:#17301f;--version-rim:#3d7a55;--version-ink:#9be0b7;
--way:#ff9a5c;--way-soft:#3a2416;--bad:#ff8f87;--bad-soft:#3a1c1a;--good:#7fd6a2;--shadow:0 1px 2px rgb(0 0 0/.4),0 8px 24px rgb(0 0 0/.45);
--part1:#5b9fe8;--part2:#e6b04f;--part3:#a584e6;--part4:#4dbfa8;--hue0:#5b9fe8;--hue1:#e08aa6;--hue2:#b4c85a;--hue3:#d6a368;--hue4:#62c9c2;--hue5:#a584e6;`;

const FRAME = `
*{box-sizing:border-box}
html,body{height:100%;margin:0}
body{display:grid;grid-template:auto minmax(0,1fr)/minmax(0,1fr) 372px;background:var(--bg);color:var(--ink);font:14px/1.45 ${FONTS.sans}}
header{grid-column:1/-1;display:flex;flex-wrap:wrap;gap:8px 16px;align-items:center;padding:8px 16px;background:var(--panel);border-bottom:1px solid var(--rule)}
h1{margin:0;font-size:16px}h1 span{font-weight:400;color:var(--muted);margin-left:10px;font-size:13px}
h2{font-size:14px;margin:0 0 10px}h3{font-size:13px;margin:16px 0 6px}
.tools{display:flex;gap:6px;margin-left:auto;align-items:center}
input,select,textarea,button{font:inherit;color:inherit;background:var(--bg);border:1px solid var(--rim);border-radius:6px;padding:5px 9px;min-width:0}
button{cursor:pointer;background:var(--panel)}button:hover{border-color:var(--accent)}
button.main{background:var(--accent);border-color:var(--accent);color:var(--panel);font-weight:600}
:focus-visible{outline:2px solid var(--accent);outline-offset:1px}
#stage{position:relative;overflow:hidden;touch-action:none}
#picture{width:100%;height:100%;display:block;cursor:grab;user-select:none}#picture.dragged{cursor:grabbing}
aside{overflow:auto;background:var(--panel);border-left:1px solid var(--rule);padding:16px}
aside section+section{border-top:1px solid var(--rule);margin-top:18px;padding-top:16px}
form{display:grid;grid-template-columns:auto minmax(0,1fr);gap:8px 10px;align-items:center}
form label{color:var(--muted);font-size:13px}form textarea{resize:vertical;font:12px/1.5 ${FONTS.mono}}
.pair{display:flex;gap:6px}.pair>input:first-child{flex:none;width:92px}.pair>:last-child{flex:1}.pair>.main{flex:2}
#path,#host{font:13px ${FONTS.mono}}
.hint{color:var(--muted);font-size:12px}
#crumbs{position:absolute;left:14px;top:12px;display:flex;gap:8px;align-items:center;background:var(--panel);border:1px solid var(--rule);border-radius:8px;padding:5px 10px;box-shadow:var(--shadow)}
#map{position:absolute;right:14px;bottom:14px;background:var(--panel);border:1px solid var(--rim);border-radius:8px;box-shadow:var(--shadow);cursor:pointer}
#map rect{fill:var(--line)}#map rect.frame{fill:var(--rule)}#map rect.lit{fill:var(--way)}#map rect.view{fill:var(--accent);fill-opacity:.12;stroke:var(--accent);stroke-width:1.5}
#tip{position:absolute;z-index:2;max-width:420px;background:var(--panel);border:1px solid var(--rim);border-radius:8px;box-shadow:var(--shadow);padding:10px 12px;pointer-events:none;font-size:13px}
dl{display:grid;grid-template-columns:auto minmax(0,1fr);gap:3px 12px;margin:6px 0 0}dt{color:var(--muted)}dd{margin:0;overflow-wrap:anywhere}
#legend{position:absolute;left:14px;bottom:14px;display:flex;flex-wrap:wrap;gap:4px 14px;color:var(--muted);font-size:12px;background:var(--panel);border:1px solid var(--rule);border-radius:8px;padding:5px 10px;max-width:calc(100% - 250px)}
#legend svg{width:26px;height:8px;vertical-align:middle;margin-right:5px}
[hidden]{display:none!important}
@media(max-width:860px){body{grid-template:auto minmax(260px,55vh) auto/minmax(0,1fr);height:auto}aside{border-left:0;border-top:1px solid var(--rule)}#legend{display:none}}
`;

const RESULT = `
#result ul,#result ol{list-style:none;margin:0;padding:0}
.ending{display:grid;grid-template-columns:78px minmax(0,1fr);gap:2px 10px;margin:7px 0;align-items:baseline}
.ending b{color:var(--way);font-variant-numeric:tabular-nums}.ending span{overflow-wrap:anywhere}.ending.none b,.ending.none{color:var(--muted)}
.ending svg{grid-column:1/-1;width:100%;height:5px;border-radius:3px;background:var(--rule)}.ending rect{fill:var(--way)}
.trace li{padding:3px 0 3px 22px;position:relative;overflow-wrap:anywhere;font-size:13px}
.trace li::before{position:absolute;left:2px;font-weight:700}
.trace .won::before{content:"✓";color:var(--good)}.trace .failed::before{content:"✗";color:var(--muted)}.trace .note::before{content:"·";color:var(--muted)}
.trace details{font-size:13px;color:var(--muted)}.trace summary{cursor:pointer}
.trace .failed{color:var(--muted)}.trace .owner{font-weight:600;padding-left:0;margin-top:6px}
.error{margin-top:14px;background:var(--bad-soft);color:var(--bad);border-radius:8px;padding:10px 12px}.error p{margin:0}.error p+p{color:var(--ink);margin-top:4px}
code{font:12px ${FONTS.mono};overflow-wrap:anywhere}
`;

const DRAWING = `
#picture text{fill:var(--ink);font:12px ${FONTS.sans};pointer-events:none}
#picture .title{font-size:14px;font-weight:600}#picture .note{font-size:11px;fill:var(--muted)}#picture .code{font:11.5px ${FONTS.mono}}
#picture .label,#picture .share{font-size:11px;font-weight:600;fill:var(--ink);paint-order:stroke;stroke:var(--bg);stroke-width:4px;stroke-linejoin:round}
#picture .inner .label,#picture .label.inner{stroke:var(--card)}
#picture .chip{font-size:12px;font-weight:600}#picture .place{font-size:11px;font-weight:600;fill:var(--muted)}#picture .frame-name{font-size:13px;font-weight:600;fill:var(--muted)}
.box>rect:first-child{fill:var(--card);stroke:var(--rim);stroke-width:1}
.box{cursor:pointer;outline:none}
.box.frame{cursor:default}.box.frame>rect:first-child{fill:var(--frame);stroke:var(--rule)}
.box.gateway>rect:first-child{fill:var(--accent-soft);stroke:var(--accent)}.box.clients>rect:first-child{fill:var(--panel);stroke:var(--rim)}
.box.service-route>rect:first-child{fill:var(--bg);stroke:var(--rule)}
.box.version>rect:first-child{fill:var(--version);stroke:var(--version-rim)}.box.version .chip{fill:var(--version-ink)}
.box.reference>rect:first-child{fill:none;stroke:var(--version-rim);stroke-dasharray:2 2}.box.answer>rect:first-child{fill:var(--panel);stroke:var(--line)}
.box.external>rect:first-child{stroke-dasharray:6 3;stroke:var(--line)}.box.router>rect:first-child{stroke:var(--call)}
.box.idle>rect:first-child{fill:none;stroke:var(--line);stroke-dasharray:4 3}.box.idle .chip{fill:var(--muted)}
.box:hover>rect:first-child,.box.chosen>rect:first-child{stroke:var(--accent);stroke-width:2}
.box:focus-visible>rect:first-child{stroke:var(--accent);stroke-width:3}
.hue0{fill:var(--hue0)}.hue1{fill:var(--hue1)}.hue2{fill:var(--hue2)}.hue3{fill:var(--hue3)}.hue4{fill:var(--hue4)}.hue5{fill:var(--hue5)}
.bar0{fill:var(--part1)}.bar1{fill:var(--part2)}.bar2{fill:var(--part3)}.bar3{fill:var(--part4)}.track{fill:var(--rule)}
.line path.ink{fill:none;stroke:var(--line);stroke-width:1.4}.line path.hit{fill:none;stroke:transparent;stroke-width:11}
.line.call path.ink{stroke:var(--call)}.line.mirror path.ink{stroke:var(--mirror);stroke-dasharray:2 4;stroke-linecap:round}.line.idle path.ink{stroke-dasharray:5 4;opacity:.75}
.many:not(.pointed):not(.traced) .line.call{opacity:.45}
.line.quiet{display:none}.line.near,.line.lit{display:inline}
.tip-line{fill:var(--line)}.tip-call{fill:var(--call)}.tip-mirror{fill:var(--mirror)}.tip-lit{fill:var(--way)}.tip-near{fill:var(--accent)}
.pointed:not(.traced) .box:not(.near):not(.frame),.pointed:not(.traced) .line:not(.near),.pointed:not(.traced) .label:not(.near){opacity:.28}
.pointed .line.near path.ink{stroke-width:2.2}.line.quiet.near path.ink{stroke:var(--accent)}
.traced .box:not(.lit):not(.frame),.traced .line:not(.lit),.traced .label:not(.lit){opacity:.3}
.traced.pointed .near:not(.lit){opacity:.85}
.box.lit>rect:first-child{stroke:var(--way);stroke-width:2.2;fill:var(--way-soft)}.box.card-lit>rect:first-child{fill:var(--card)}
.line.lit path.ink{stroke:var(--way);stroke-width:2.6;stroke-dasharray:none;opacity:1}
#picture .share{fill:var(--way);font-size:12px;font-weight:700;stroke:var(--panel)}
.badge rect{fill:var(--way)}#picture .badge text{fill:var(--panel);font-size:11px;font-weight:700;stroke:none}
@media(prefers-reduced-motion:no-preference){.line.lit path.ink{stroke-dasharray:9 4;animation:flow 1.1s linear infinite}@keyframes flow{to{stroke-dashoffset:-26}}}
@media(forced-colors:active){.box>rect:first-child{stroke:CanvasText}}
`;

/** The style sheet of the page. */
export const STYLE = `:root{${LIGHT}}
@media(prefers-color-scheme:dark){:root{${DARK}}}
:root[data-theme=light]{${LIGHT}}
:root[data-theme=dark]{${DARK}}
${FRAME}${RESULT}${DRAWING}`;
