// Fetches the recorded run of the default race beside the page's code, which shows it without waiting for it then.
// Only where it will be shown: not for a link to another race, and not on a return, which brings the last race back.
{
  const [navigation] = performance.getEntriesByType('navigation');
  if (location.hash.length < 2 && navigation?.type === 'navigate') {
    const link = document.createElement('link');
    link.rel = 'preload';
    link.as = 'fetch';
    link.crossOrigin = 'anonymous';
    link.href = './recordings/default.json';
    document.head.append(link);
  }
}
