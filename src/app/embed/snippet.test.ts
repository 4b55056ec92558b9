import { describe, expect, it } from 'vitest';
import { embedSnippet } from './snippet.ts';

describe('the snippet', () => {
  it('is one iframe whose address and title cannot break out of their attributes', () => {
    expect(embedSnippet('https://example.org/#v=1&embed=1&recording=a"b', 'Digits <b>"race"</b>', 620)).toBe(
      '<iframe src="https://example.org/#v=1&amp;embed=1&amp;recording=a&quot;b" title="Digits &lt;b&gt;&quot;race&quot;&lt;/b&gt;" width="100%" height="620" style="border: 0" loading="lazy"></iframe>',
    );
  });
});
