/* CPUID answered for a smaller processor. `confined.py` writes a breakpoint over each CPUID of a library; the breakpoint's
 * signal comes here, the real instruction is asked, and bits are taken out of its answer. */
#define _GNU_SOURCE
#include <cpuid.h>
#include <signal.h>
#include <stddef.h>
#include <ucontext.h>

enum { HIDDEN = 8 };
typedef struct {
    unsigned leaf, subleaf, eax, ebx, ecx, edx; /* the bits to take out */
} Hidden;

static Hidden hidden[HIDDEN];
static size_t hidden_count;
static volatile unsigned long asked;

static void answer(int number, siginfo_t *info, void *context) {
    (void)number, (void)info;
    greg_t *const r = ((ucontext_t *)context)->uc_mcontext.gregs;
    const unsigned leaf = (unsigned)r[REG_RAX], subleaf = (unsigned)r[REG_RCX];
    unsigned a, b, c, d;
    __cpuid_count(leaf, subleaf, a, b, c, d);
    for (size_t i = 0; i < hidden_count; i++)
        if (hidden[i].leaf == leaf && hidden[i].subleaf == subleaf)
            a &= ~hidden[i].eax, b &= ~hidden[i].ebx, c &= ~hidden[i].ecx, d &= ~hidden[i].edx;
    r[REG_RAX] = a, r[REG_RBX] = b, r[REG_RCX] = c, r[REG_RDX] = d;
    asked++; /* the instruction pointer is behind the breakpoint already; a NOP follows it */
}

/* Take bits out of the answer to a leaf and subleaf. */
void confined_hide(unsigned leaf, unsigned subleaf, unsigned eax, unsigned ebx, unsigned ecx, unsigned edx) {
    if (hidden_count < HIDDEN) hidden[hidden_count++] = (Hidden){leaf, subleaf, eax, ebx, ecx, edx};
}

int confined_begin(void) {
    struct sigaction action = {.sa_sigaction = answer, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigemptyset(&action.sa_mask);
    return sigaction(SIGTRAP, &action, NULL);
}

unsigned long confined_asked(void) { return asked; }
