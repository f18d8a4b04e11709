// known.S - a program for arm64 whose length is known: without library and loader, each way through
// it counted by hand. known WORD, of which the first letter says how the work is done.
//
//   spin     in the process itself                                 30000015 instructions
//   exec     in a child that executes this program anew            30000046
//   daemon   in a child's child, with both parents gone            30000041
//   fork     in three children at once                             90000081
//   threads  in three threads that outlive the first one           90000061
//
// The numbers on the right are instructions up to there, along the way that is taken.

	.equ	exit, 93
	.equ	setsid, 157
	.equ	clone, 220
	.equ	execve, 221
	.equ	wait4, 260

	.macro	work			// 30000005, and the process or thread is over
	mov	w1, #0x9680		// 10^7 times
	movk	w1, #0x98, lsl #16
1:	nop
	subs	w1, w1, #1
	b.ne	1b
	end
	.endm

	.macro	end			// 3
	mov	x0, #0
	mov	x8, #exit
	svc	#0
	.endm

	.macro	child			// 7; x0 is 0 in the child
	mov	x0, #17			// SIGCHLD
	mov	x1, #0
	mov	x2, #0
	mov	x3, #0
	mov	x4, #0
	mov	x8, #clone
	svc	#0
	.endm

	.macro	await			// 6
	mov	x0, #-1
	mov	x1, #0
	mov	x2, #0
	mov	x3, #0
	mov	x8, #wait4
	svc	#0
	.endm

	.global	_start
_start:	ldr	x0, [sp, #16]		// argv[1]
	ldrb	w0, [x0]
	cmp	w0, #'f'
	b.eq	fork			// 4
	cmp	w0, #'t'
	b.eq	threads			// 6
	cmp	w0, #'e'
	b.eq	exec			// 8
	cmp	w0, #'d'
	b.eq	daemon			// 10
working:
	work				// 10 + 30000005

fork:	mov	x19, #3			// 4 + 1
2:	child
	cbz	x0, working		// in the child 1 + 30000005, three times
	subs	x19, x19, #1
	b.ne	2b			// 5 + 3 * 10
	mov	x19, #3
3:	await
	subs	x19, x19, #1
	b.ne	3b			// 35 + 1 + 3 * 8
	end				// 60 + 3

threads:
	mov	x19, #3			// 6 + 1
4:	mov	w0, #0x0f00		// CLONE_VM, _FS, _FILES, _SIGHAND,
	movk	w0, #0x5, lsl #16	// _THREAD, _SYSVSEM; the stack is not used
	mov	x1, #0
	mov	x2, #0
	mov	x3, #0
	mov	x4, #0
	mov	x8, #clone
	svc	#0
	cbz	x0, working		// in the thread 1 + 30000005, three times
	subs	x19, x19, #1
	b.ne	4b			// 7 + 3 * 11
	end				// 40 + 3: of this thread alone

exec:	child
	cbz	x0, 5f			// 8 + 8
	await
	end				// 16 + 9
5:	adr	x0, self		// in the child 1 + 5, and then as 'spin'
	adr	x1, arguments
	mov	x2, #0
	mov	x8, #execve
	svc	#0

daemon:	child
	cbz	x0, 6f			// 10 + 8
	end				// 18 + 3
6:	mov	x8, #setsid		// in the child 1
	svc	#0
	child
	cbz	x0, working		// 1 + 10; in its child 1 + 30000005
	end				// 11 + 3

	.balign	8
arguments:
	.quad	self, word, 0
self:	.asciz	"/proc/self/exe"
word:	.asciz	"spin"
