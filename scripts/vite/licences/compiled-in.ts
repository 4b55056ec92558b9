import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Notice } from '../third-party-notices.ts';

const MIT = readFileSync(join(dirname(fileURLToPath(import.meta.url)), 'MIT.txt'), 'utf8').trim();

const BSD_CONDITIONS = `Redistribution and use in source and binary forms, with or without modification, are permitted provided that the
following conditions are met:

* Redistributions of source code must retain the above copyright notice, this list of conditions and the following disclaimer.

* Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following disclaimer in the
  documentation and/or other materials provided with the distribution.
`;

const BSD_DISCLAIMER = `THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES,
INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT
SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES
(INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION)
HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING
IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.`;

const inWasm = 'as compiled into wasm/*.wasm';

/** Libraries inside TensorFlow.js's WebAssembly files, which no package.json names. */
export const COMPILED_IN: readonly Notice[] = [
  {
    name: 'XNNPACK',
    version: inWasm,
    licence: 'BSD-3-Clause',
    homepage: 'https://github.com/google/XNNPACK',
    text: `Copyright (c) Facebook, Inc. and its affiliates. All rights reserved.
Copyright 2019 Google LLC

${BSD_CONDITIONS}
* Neither the name Facebook nor the names of its contributors may be used to endorse or promote products derived from this software
  without specific prior written permission.

${BSD_DISCLAIMER}`,
  },
  {
    name: 'pthreadpool',
    version: inWasm,
    licence: 'BSD-2-Clause',
    homepage: 'https://github.com/Maratyszcza/pthreadpool',
    text: `Copyright (c) 2017 Facebook Inc.
Copyright (c) 2015-2017 Georgia Institute of Technology
All rights reserved.

${BSD_CONDITIONS}
${BSD_DISCLAIMER}`,
  },
  {
    name: 'Emscripten',
    version: inWasm,
    licence: 'MIT',
    homepage: 'https://emscripten.org',
    text: `Copyright (c) 2010-2014 Emscripten authors, see AUTHORS file.\n\n${MIT}`,
  },
  {
    name: 'musl libc',
    version: inWasm,
    licence: 'MIT',
    homepage: 'https://musl.libc.org',
    text: `Copyright (c) 2005-2020 Rich Felker, et al.\n\n${MIT}`,
  },
];
