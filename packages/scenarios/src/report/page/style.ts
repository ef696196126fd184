/** The only style sheet of every page; both colour schemes, from 320 px up. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #17212b; --muted: #52606e; --ground: #fff; --card: #f3f6f9; --line: #c3ccd6; --strong: #17212b; --on-strong: #fff;
  --a: #0b57a4; --b: #8a3d00; --bad: #a8201a; --good: #14653c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ecf2; --muted: #a9b6c3; --ground: #10151b; --card: #19212a; --line: #3b4856; --strong: #dfe9f3;
  --on-strong: #10151b; --a: #86bff8; --b: #f2b277; --bad: #ff9a91; --good: #74d6a2; } }
* { box-sizing: border-box; } [hidden] { display: none !important; }
html { overflow-wrap: anywhere; }
body { margin: 0 auto; max-width: 76rem; padding: 1.25rem 1rem 3rem; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; } h2 { font-size: 1.25rem; margin: 0 0 .75rem; } h3 { font-size: 1.05rem; margin: 0 0 .25rem; } h4 { font-size: .95rem; margin: .9rem 0 .25rem; }
p { margin: .35rem 0; } .lead, .hint, .moment { color: var(--muted); } .hint { font-size: .875rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem; margin: 1rem 0; }
code, pre, textarea, .mono { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .84rem; }
ul, ol { margin: .25rem 0; padding-left: 1.4rem; } ul.entries { list-style: none; padding: 0; } li { margin: .15rem 0; }
button, select, input, textarea { font: inherit; color: var(--ink); background: var(--ground); border: 1px solid var(--muted); border-radius: 6px; padding: .4rem .6rem; max-width: 100%; min-height: 2.5rem; }
textarea, #packet, #name { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .84rem; } button { cursor: pointer; } :focus-visible { outline: 3px solid var(--a); outline-offset: 2px; } summary { cursor: pointer; padding: .35rem 0; }
a { color: var(--a); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.letter { display: inline-block; min-width: 1.5em; padding: 0 .3em; text-align: center; font-weight: 700; border: 2px solid; border-radius: 5px; } .letter.left { color: var(--a); } .letter.right { color: var(--b); border-style: double; border-width: 3px; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid var(--line); font-weight: 400; } thead th { font-weight: 600; }
tbody th { color: var(--muted); } table.facts { table-layout: fixed; overflow-wrap: break-word; } .facts thead td { width: 34%; } .scroll { max-height: 20rem; overflow: auto; }
.chooser { display: flex; flex-wrap: wrap; gap: .75rem; margin-bottom: .75rem; } .chooser label { font-weight: 600; display: flex; gap: .4rem; align-items: center; min-width: 0; max-width: 100%; } .chooser select { min-width: 0; flex: 1; }
.stepper { position: sticky; top: 0; z-index: 1; background: var(--card); padding: .5rem 0; border-bottom: 1px solid var(--line); display: grid; grid-template-columns: auto 1fr; gap: .25rem .75rem; align-items: center; }
.stepper .buttons { display: flex; gap: .25rem; } .stepper .buttons button { min-width: 2.75rem; } .stepper #now { min-height: 3em; margin: 0; } .stepper .hint { grid-column: 1 / -1; margin: 0; }
ol.beats { list-style: none; margin: .75rem 0; padding: 2px; max-height: 16.5rem; overflow: auto; border: 1px solid var(--line); border-radius: 6px; background: var(--ground); } ol.beats li { margin: 0; }
.beat { width: 100%; display: grid; grid-template-columns: 2rem 5.5rem 6rem 1fr; gap: .5rem; align-items: center; text-align: left; border: 0; border-left: 4px solid transparent; border-radius: 0; min-height: 2rem; padding: .15rem .4rem; font-size: .875rem; background: none; }
.beat .time { font-variant-numeric: tabular-nums; color: var(--muted); text-align: right; } .beat[aria-current] { border-left-color: var(--ink); background: var(--card); font-weight: 700; } .beat.lost .what { color: var(--bad); }
.lanes { width: 88px; height: 20px; } .lanes circle { fill: var(--muted); } .lanes path { stroke: var(--ink); stroke-width: 1.8; fill: none; } .lanes .self { fill: none; stroke: var(--ink); stroke-width: 1.8; } .lanes .cross { stroke: var(--bad); }
.moment { min-height: 3em; } .panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr)); gap: 1.5rem; margin-top: 1rem; } .panel:empty { display: none; } .packet { background: var(--ground); padding: .4rem .6rem; border-radius: 6px; }
.diagram { display: block; width: 100%; max-width: 32rem; height: auto; margin: .5rem 0; } svg text { fill: var(--ink); font: 12.5px system-ui, "DejaVu Sans", sans-serif; }
.diagram .frame { fill: var(--ground); stroke: var(--muted); stroke-width: 1.2; } .diagram .title { font-weight: 700; text-anchor: middle; } .diagram .pill text, .diagram .told { text-anchor: middle; } .diagram .told { font-size: 10.8px; }
.diagram .pill rect, .diagram .routing rect { fill: var(--ground); stroke: var(--ink); stroke-width: 1.5; } .diagram .away > rect { stroke: var(--muted); stroke-dasharray: 2 4; stroke-width: 1; } .diagram .away text { fill: var(--muted); font-weight: 400; }
.diagram .stage rect { fill: none; stroke: var(--muted); stroke-width: 1.2; } .diagram .verdict { text-anchor: end; font-size: 11px; } .diagram [role=button] { cursor: pointer; }
.diagram .stage.decided rect { fill: var(--strong); stroke: var(--strong); } .diagram .mark { fill: var(--on-strong); } .diagram .stage.decided text { fill: var(--on-strong); font-weight: 700; } .diagram .stage.skipped rect { stroke-dasharray: 5 3; } .diagram .stage.skipped text { font-style: italic; }
.diagram .stage.idle rect { stroke-width: .5; } .diagram .stage.idle text, .diagram .stage.away text { fill: var(--muted); } .diagram .stage.away rect { stroke: none; }
.diagram [role=button]:focus-visible { outline: none; } .diagram [role=button]:focus rect, .diagram .stage.opened rect { stroke: var(--a); stroke-width: 3; stroke-dasharray: none; }
.diagram .way { fill: none; stroke: var(--ink); stroke-width: 3.2; } .diagram .way.away { stroke: var(--muted); stroke-width: 1; stroke-dasharray: 2 4; } .diagram marker path { fill: var(--ink); }
.ending { font-weight: 600; } .ending.lost, .ending.not-modelled, .problem { color: var(--bad); } .ending.delivered, .ending.left { color: var(--good); } .told { min-height: 5.5rem; border-left: 3px solid var(--a); padding-left: .75rem; } .steps .decides { font-weight: 600; }
.chart { display: block; width: 100%; max-width: 36rem; height: auto; } .chart .grid { stroke: var(--line); } .chart .axis { stroke: var(--muted); } .chart .tick { fill: var(--muted); font-size: 11px; text-anchor: middle; } .chart .tick.y, .chart .tick.last { text-anchor: end; } .chart .tick.first { text-anchor: start; }
.chart .series { fill: none; stroke-width: 2.5; } .chart .left { stroke: var(--a); } .chart .right { stroke: var(--b); stroke-dasharray: 6 3; } .chart .label { stroke: none; font-weight: 700; } .chart .series + .label { text-anchor: end; } .chart .label.left { fill: var(--a); } .chart .label.right { fill: var(--b); }
.chart .now { stroke: var(--ink); stroke-dasharray: 1 3; stroke-width: 2; } .chart .points circle { fill: var(--a); stroke: none; } .chart .points.right circle { fill: none; stroke: var(--b); stroke-width: 2; stroke-dasharray: none; } .chart .cross { stroke: var(--bad); stroke-width: 2; stroke-dasharray: none; }
.charts, .inputs { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); gap: 0 1rem; align-items: start; } .charts section, .inputs section { min-width: 0; }
.races { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1.5rem; } .race-lanes { table-layout: fixed; } .race-lanes th code { display: block; font-weight: 400; } .race-lanes td, .race-lanes th { border-right: 1px solid var(--line); padding-left: .5rem; } .race-lanes .waits { background: repeating-linear-gradient(45deg, transparent 0 8px, var(--line) 8px 9px); }
dl.glossary { margin: 0; } dt { font-weight: 700; margin-top: .6rem; } dd { margin: 0; } footer { color: var(--muted); font-size: .875rem; }
.drop { border: 2px dashed var(--muted); border-radius: 8px; padding: .75rem; margin: .5rem 0; } .drop.over { border-style: solid; border-color: var(--a); } textarea { width: 100%; min-height: 11rem; white-space: pre; overflow: auto; } .field { display: block; margin: .6rem 0; } .row > .field { flex: 1 1 14rem; min-width: 0; } .field > span { display: block; font-weight: 600; } .field input { width: 100%; } label:has(> [type=radio]) { display: flex; gap: .35rem; align-items: center; min-height: 2.5rem; } [type=radio] { min-height: 0; width: 1.1rem; height: 1.1rem; } .row { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
.problem { border-left: 4px solid var(--bad); padding: .25rem .75rem; margin: .5rem 0; } .files { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .4rem; } .files button { min-height: 2rem; padding: .15rem .6rem; } .files button[aria-pressed=true] { border-width: 2px; font-weight: 700; }
pre.said { white-space: pre-wrap; background: var(--ground); padding: .75rem; border-radius: 6px; margin: .25rem 0; }
@media (max-width: 36rem) { .beat { grid-template-columns: 2rem 1fr 5.6rem; } .beat .what { grid-column: 1 / -1; } .stepper { grid-template-columns: 1fr; } .stepper .hint { display: none; } .stepper .buttons button { flex: 1; } section { padding: .75rem .6rem; } body { padding-inline: .6rem; } }
`;
