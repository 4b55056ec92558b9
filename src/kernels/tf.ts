/**
 * The one place that names TensorFlow.js, so that everything runs on one copy of it. '#tfjs' (package.json, `imports`) is `tf-core.ts` in a
 * page, and the whole package in Node, where the registrations of gradients and chained operations cannot be imported by themselves.
 */
export * from '#tfjs';
