/* entry.c: Windows calls a function when it loads a library; without the C runtime the library brings its own. */
#if defined(_WIN32)
int __stdcall DllMainCRTStartup(void *module, unsigned reason, void *reserved);

int __stdcall DllMainCRTStartup(void *module, unsigned reason, void *reserved) {
    (void)module;
    (void)reason;
    (void)reserved;
    return 1;
}
#endif
