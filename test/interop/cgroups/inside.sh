#!/bin/sh
# The first process of the kernel that run.sh starts: what is mounted here is its own.
export PATH="$(dirname "$davit_node"):/usr/sbin:/usr/bin:/sbin:/bin" TMPDIR=/mnt HOME=/mnt NO_COLOR=1
groups=/sys/fs/cgroup
user=61000
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t cgroup2 none "$groups"
mount -t tmpfs tmpfs /mnt
chmod 1777 /mnt
ip link set lo up
cd "$davit_root" || exit 1
node="$davit_node --disable-warning=ExperimentalWarning"
tests=src/host/runners/groups/groups.test.ts

echo "== in the first of all groups, as root ($(uname -r))"
$node "$tests"

echo "== a pod of davit up"
$node test/interop/cgroups/platform.ts

echo "== in a group that is delegated to an ordinary user and holds nothing else"
own=$groups/user.slice/davit.scope
echo +memory >"$groups/cgroup.subtree_control"
mkdir -p "$own"
echo +memory >"$groups/user.slice/cgroup.subtree_control"
chown "$user" "$own" "$own/cgroup.procs" "$own/cgroup.subtree_control" "$own/cgroup.threads"
sh -c "echo \$\$ >$own/cgroup.procs && exec setpriv --reuid=$user --regid=$user --clear-groups $node $tests"

echo "== done"
echo o >/proc/sysrq-trigger
sleep 60
