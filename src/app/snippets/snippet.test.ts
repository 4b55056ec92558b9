import { expect, it } from 'vitest';
import { pipInstall } from './snippet.ts';

const card = (...packages: string[]) => ({ packages, imports: [], construct: () => 'f()', warnings: () => [] });

it('pip installs the framework and the packages of the card, each once, with the version that is known', () => {
  expect(pipInstall(['torch>=1.13'], card('prodigyopt==1.1.2'))).toBe('pip install "torch>=1.13" prodigyopt==1.1.2');
  expect(pipInstall(['jax', 'optax==0.2.8'], card())).toBe('pip install jax optax==0.2.8');
  expect(pipInstall(['jax', 'optax==0.2.8'], card('optax'))).toBe('pip install jax optax==0.2.8');
  expect(pipInstall(['jax', 'optax==0.2.8'], card('optax==0.2.9'))).toBe('pip install jax optax==0.2.9');
  expect(pipInstall(['torch>=1.13'], card('timm', 'git+https://host/a@b'))).toBe('pip install "torch>=1.13" timm git+https://host/a@b');
});
