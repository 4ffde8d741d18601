#!/usr/bin/env bash
# Process 1 of the node's namespaces. Gives it a /run, /var/lib and /var/log of its own, waits until its network is made from outside, and starts its programs.
set -eu
node=$1
mount -t tmpfs tmpfs /run
mkdir -p /run/lock /run/netns
for folder in lib log; do mount --bind "$node/var/$folder" "/var/$folder"; done
# what kubelet and containerd mount for a pod has to reach the pod
mount --make-shared /run
mount --make-shared /var/lib
touch "$node/namespaces-made"
until [ -e "$node/network-made" ]; do sleep 0.05; done

cd "$node"
for program in programs/*; do
  mapfile -t command < "$program"
  name=${program##*-}
  "${command[@]}" > "logs/$name.log" 2>&1 &
  echo "$!" > "logs/$name.pid"
done
# the end of this process is the end of all others of its namespace; a program that ends by itself is seen by `status`
trap 'exit 0' TERM
set +e
while :; do wait -n || sleep 1; done
