/**
 * Wall and processor milliseconds of every task of the page's main thread in a trace of Chromium
 * (categories `disabled-by-default-devtools.timeline` and `toplevel`).
 */
export function mainThreadTasks(events) {
  const threads = events
    .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
    .map(({ pid, tid }) => `${pid}:${tid}`);
  const tasks = events.filter(({ name, ph, pid, tid }) => name === 'RunTask' && ph === 'X' && threads.includes(`${pid}:${tid}`));
  if (tasks.length === 0) throw new Error('The trace holds no task of the main thread.');
  return tasks.map(({ dur = 0, tdur = 0 }) => ({ wallMs: dur / 1000, cpuMs: tdur / 1000 }));
}

export const TRACE_CATEGORIES = ['disabled-by-default-devtools.timeline', 'toplevel'];

/** Eight racers, so eight lines in each chart, in a race long enough that no machine finishes it while it is watched. */
export const EIGHT_RACERS =
  '#v=1&workload=digits,width:256,depth:4&batch=256&horizon=1&racers=a~b~c~d~e~f~g~h&e=prodigy,d0:1e-5&f=mechanicSgd&g=sgd&h=adamw,lr:3e-3';
