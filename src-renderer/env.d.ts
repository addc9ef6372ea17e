/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** The version of package.json; only in builds. */
  readonly APP_VERSION?: string;
}
