declare global {
  interface Window {
    /** Set by an engine page's module once its functions are there. */
    isFreestepReady?: boolean;
  }
}

export {};
