/** Node compiles WebAssembly at run time; the platform's types leave out what Workers may not do. */
declare namespace WebAssembly {
  function compile(bytes: ArrayBufferView | ArrayBuffer): Promise<WebAssembly.Module>
}
