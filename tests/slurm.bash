# tests/slurm.bash - a Slurm of one node for the bats files: munged, slurmctld and slurmd of the machine's own
# packages, with ports and folders of the test's own, as root.

need_slurm() {
	need slurmctld slurm-wlm
	need slurmd slurm-wlm
	need munged munge
	[ "$(id -u)" = 0 ] || skip 'no Slurm without root'
}

free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# start_slurm FOLDER [PLUGIN [ARG]...]: a node of 16 processors, whatever this machine has.
start_slurm() {
	SLURM=$1
	shift
	export SLURM_CONF=$SLURM/slurm.conf
	mkdir -p "$SLURM/state" "$SLURM/spool"
	chmod 755 "$SLURM"
	[ $# = 0 ] || echo "optional $*" >"$SLURM/plugstack.conf"
	printf 'CgroupPlugin=cgroup/v1\n' >"$SLURM/cgroup.conf"
	cat >"$SLURM_CONF" <<-END
		ClusterName=test
		SlurmctldHost=$(hostname)(127.0.0.1)
		SlurmctldPort=$(free_port)
		SlurmdPort=$(free_port)
		SlurmUser=root
		AuthInfo=socket=$SLURM/munge.socket
		CredType=cred/munge
		StateSaveLocation=$SLURM/state
		SlurmdSpoolDir=$SLURM/spool
		SlurmctldPidFile=$SLURM/slurmctld.pid
		SlurmdPidFile=$SLURM/slurmd.pid
		SlurmctldLogFile=$SLURM/slurmctld.log
		SlurmdLogFile=$SLURM/slurmd.log
		PlugStackConfig=$SLURM/plugstack.conf
		ProctrackType=proctrack/linuxproc
		TaskPlugin=task/none
		MpiDefault=none
		AccountingStorageType=accounting_storage/none
		JobCompType=jobcomp/none
		SelectType=select/cons_tres
		SelectTypeParameters=CR_CPU
		SlurmdParameters=config_overrides
		SchedulerParameters=batch_sched_delay=0,sched_interval=2,sched_min_interval=0
		KillWait=1
		OverTimeLimit=0
		InactiveLimit=0
		MessageTimeout=60
		ReturnToService=2
		UnkillableStepTimeout=120
		NodeName=$(hostname) NodeAddr=127.0.0.1 CPUs=16 RealMemory=1000 State=UNKNOWN
		PartitionName=short Nodes=ALL Default=YES MaxTime=10 State=UP OverSubscribe=FORCE:8
	END
	head -c 1024 /dev/urandom >"$SLURM/munge.key"
	chmod 400 "$SLURM/munge.key"
	# a folder of a test's may be anybody's to write to: --force
	munged --force --key-file="$SLURM/munge.key" --socket="$SLURM/munge.socket" --pid-file="$SLURM/munge.pid" \
		--log-file="$SLURM/munge.log" --seed-file="$SLURM/munge.seed" --num-threads=2 3>&-
	slurmctld -i 3>&-
	slurmd 3>&-
	until_so 120 slurm_is_up
}

slurm_is_up() {
	[ "$(sinfo -h -o %T 2>/dev/null)" = idle ]
}

# Ends them, and waits until each has: they write into the test's folder to the last.
stop_slurm() {
	local name pid
	for name in slurmd slurmctld munge; do
		pid=$(cat "$SLURM/$name.pid" 2>/dev/null) && [ -n "$pid" ] || continue
		kill "$pid" 2>/dev/null || continue
		until_so 60 gone "$pid"
	done
}

gone() {
	! kill -0 "$1" 2>/dev/null
}
