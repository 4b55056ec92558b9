import { useEffect, useState } from 'react';
import { availableChoices, loadDataIndex } from '../../../workloads/data-index.ts';
import type { LoadedData, WorkloadDefinition, WorkloadOptions } from '../../../workloads/definition.ts';
import { fetchFromUrl } from '../../../workloads/fetch-from-url.ts';

const fetchData = () => fetchFromUrl(new URL('data/', document.baseURI).href);

let index: ReturnType<typeof loadDataIndex> | null = null;

/** Asked once per page; a failed request may be repeated. */
function dataIndex() {
  index ??= loadDataIndex(fetchData()).catch((error: unknown) => {
    index = null;
    throw error;
  });
  return index;
}

/** Ids of a choice whose data this copy of the site has; null while unknown, which means all of them. */
export function useAvailableChoices(workload: WorkloadDefinition, optionName: string): readonly string[] | null {
  const [ids, setIds] = useState<readonly string[] | null>(null);
  useEffect(() => {
    let isCurrent = true;
    dataIndex().then(
      (found) => isCurrent && setIds(availableChoices(workload, optionName, found)),
      // Without the index every choice is offered; a missing set then says so when it is loaded.
      () => isCurrent && setIds(null),
    );
    return () => {
      isCurrent = false;
    };
  }, [workload, optionName]);
  return ids;
}

export type DataState = { readonly data: LoadedData } | { readonly problem: string } | null;

/** The data set of a workload, for its picture and its licence; null while it is being fetched. */
export function useData(workload: WorkloadDefinition, options: WorkloadOptions): DataState {
  const [state, setState] = useState<DataState>(null);
  // Only the options that choose files matter, and options objects are replaced on every edit.
  const files = workload
    .files(options)
    .map(({ path }) => path)
    .join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: `files` stands for the options.
  useEffect(() => {
    let isCurrent = true;
    setState(null);
    workload.load(options, fetchData()).then(
      (data) => isCurrent && setState({ data }),
      (error: unknown) => isCurrent && setState({ problem: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [workload, files]);
  return state;
}
