/** The page's only style sheet; both colour schemes. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1d2733; --faint: #8a97a6; --ground: #fff; --card: #f5f7fa; --line: #cfd7e0;
  --decided: #1769aa; --passed: #6f7f90; --good: #1b7f4d; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4eaf1; --faint: #7d8b9b; --ground: #12171d; --card: #1b222b;
  --line: #35404d; --decided: #6db6ef; --passed: #93a2b3; --good: #5fcf97; --bad: #ff8a80; } }
body { margin: 0 auto; max-width: 68rem; padding: 2rem 1.25rem 4rem; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.2rem; margin: 0; } h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
table { border-collapse: collapse; width: 100%; margin: 1.5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); }
section { background: var(--card); border-radius: 10px; padding: 1.25rem; margin: 1.5rem 0; }
.setting, .small { color: var(--faint); } .small { font-size: .85rem; }
svg { display: block; width: 100%; height: auto; } svg text { fill: var(--ink); font: 12px system-ui, sans-serif; text-anchor: middle; }
svg .hook { font-weight: 600; } svg .note, svg .time { fill: var(--faint); font-size: 11px; } svg .time { text-anchor: start; }
svg rect { fill: none; stroke: var(--line); } svg .decided rect { fill: var(--decided); stroke: var(--decided); }
svg .decided text { fill: var(--ground); } svg .passed rect { stroke: var(--passed); }
svg .skipped rect { stroke: var(--passed); stroke-dasharray: 3 3; } svg .skipped text { fill: var(--faint); text-decoration: line-through; }
svg .unused { opacity: .3; } svg .end rect { stroke: var(--ink); } svg .way, svg .message { stroke: var(--ink); fill: none; stroke-width: 1.5; }
svg .lost { stroke: var(--bad); stroke-width: 1.5; } svg .lane { stroke: var(--line); } svg marker path { fill: var(--ink); }
svg .cache { text-anchor: start; font-weight: 600; } svg .hit { fill: var(--good); } svg .miss { fill: var(--bad); }
pre { overflow-x: auto; font: 12px/1.5 ui-monospace, monospace; background: var(--ground); padding: .75rem; border-radius: 6px; }
summary { cursor: pointer; margin-top: .75rem; }
`;
