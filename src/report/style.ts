/** Look and the one behaviour of report.html (the before/after border follows the slider). Constants: nothing of the
 * user's goes in here, so they may be inlined unescaped. */
import { Html } from "./html.ts";

export const REPORT_STYLE = new Html(`
:root{color-scheme:light dark;--ink:#1c2024;--soft:#60646c;--paper:#fbfaf8;--card:#fff;--line:#e4e2de;--accent:#2f6f5e;--warn:#9a5b13;--warnbg:#fdf3e3}
@media (prefers-color-scheme:dark){:root{--ink:#edeef0;--soft:#a2a7b0;--paper:#16181b;--card:#1e2125;--line:#31353b;--accent:#7fc8b2;--warn:#f0b567;--warnbg:#2c2418}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif}
header,main{max-width:1040px;margin:auto;padding:0 24px}
header{padding-top:48px}
.eyebrow{margin:0;color:var(--accent);font-size:13px;font-weight:600;letter-spacing:.08em;text-transform:uppercase}
h1{margin:.2em 0;font-size:clamp(26px,4vw,38px);line-height:1.15;letter-spacing:-.02em;text-wrap:balance;overflow-wrap:anywhere}
h2{margin:0 0 .6em;font-size:18px}
.lead{margin:0;color:var(--soft)}
section{margin:28px 0}
img{display:block;width:100%;height:auto;border-radius:10px}
.compare{--at:50%;position:relative;overflow:hidden;border-radius:14px;max-height:80vh;aspect-ratio:var(--ratio);margin-inline:auto;box-shadow:0 1px 3px #0003,0 12px 40px #0002}
.compare img{position:absolute;inset:0;height:100%;border-radius:0}
.compare .over{clip-path:inset(0 0 0 var(--at))}
.compare::after{content:"";position:absolute;inset:0 auto 0 var(--at);width:2px;margin-left:-1px;background:#fff;box-shadow:0 0 6px #0008;pointer-events:none}
.compare input{position:absolute;inset:0;width:100%;height:100%;margin:0;opacity:0;cursor:ew-resize}
.compare:focus-within{outline:3px solid var(--accent);outline-offset:3px}
.tag{position:absolute;bottom:12px;padding:2px 10px;border-radius:99px;background:#000a;color:#fff;font-size:13px}
.left{left:12px}.right{right:12px}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:14px}
.card{padding:16px 18px;border:1px solid var(--line);border-radius:12px;background:var(--card)}
.card b{display:block;font-size:26px;line-height:1.2;font-variant-numeric:tabular-nums}
.card span,.note,figcaption{color:var(--soft);font-size:14px}
.card.good b{color:var(--accent)}.card.fair b{color:var(--warn)}
.hash{color:var(--soft);font-size:13px}code{overflow-wrap:anywhere}
.warnings{padding:16px 20px;border-radius:12px;background:var(--warnbg)}
.warnings h2,.warnings b{color:var(--warn)}.warnings ul{margin:0;padding-left:20px}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(240px,1fr));gap:16px}
figure{margin:0}.film img{width:100%}figcaption{padding-top:6px}
table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:8px 12px;border-bottom:1px solid var(--line);text-align:right}
th:first-child{text-align:left;font-weight:500}.note{text-align:left}
.won{color:var(--accent);font-weight:600}
svg{width:100%;height:auto;border:1px solid var(--line);border-radius:12px;background:var(--card)}
svg text{fill:var(--soft);font:12px system-ui,sans-serif}
.rule{stroke:var(--line)}.line{fill:none;stroke:var(--accent);stroke-width:2;stroke-linejoin:round}.area{fill:var(--accent);opacity:.12}
.bars{list-style:none;margin:0;padding:0}
.bars li{display:grid;grid-template-columns:110px 1fr 70px;gap:12px;align-items:center;padding:3px 0}
.bars i{height:10px;min-width:2px;border-radius:5px;background:var(--accent)}
.bars em{font-style:normal;text-align:right;font-variant-numeric:tabular-nums}
summary{cursor:pointer}pre{overflow:auto;padding:16px;border:1px solid var(--line);border-radius:12px;background:var(--card);font-size:13px}
@media print{.compare input{display:none}}
`);

export const REPORT_SCRIPT = new Html(`
for (const box of document.querySelectorAll(".compare")) {
  const slider = box.querySelector("input");
  const follow = () => box.style.setProperty("--at", slider.value + "%");
  slider.addEventListener("input", follow);
  follow();
}
`);
