using System.Collections.Immutable;
using Weft.Kubernetes.Objects;
using Weft.Runtime.Controllers.DaemonSets;
using Weft.Runtime.Controllers.EndpointSlices;
using Weft.Runtime.Controllers.Jobs;
using Weft.Runtime.Controllers.ReplicaSets;
using Weft.Runtime.Controllers.StatefulSets;
using Weft.Runtime.Support;

namespace Weft.Runtime.Controllers;

public sealed class PlannerTests
{
    [Fact]
    public void A_replica_set_creates_what_is_missing_and_does_not_count_ended_or_terminating_pods()
    {
        var plan = ReplicaSetPlanner.Plan(Set(3), [Pod("a"), Pod("b", phase: "Failed"), Pod("c", terminating: true)], Make.Now);
        Assert.Equal(2, plan.Create);
        Assert.Equal(1, plan.Status.Replicas);
        Assert.Equal(1, plan.Status.TerminatingReplicas);
    }

    [Fact]
    public void A_replica_set_gives_up_unready_pods_before_ready_ones_and_younger_before_older()
    {
        var plan = ReplicaSetPlanner.Plan(Set(1), [Pod("old", age: 10), Pod("young", age: 5), Pod("unready", ready: false, age: 20)], Make.Now);
        Assert.Equal(["unready", "young"], plan.Delete.Select(pod => pod.Metadata.Name));
    }

    [Fact]
    public void A_pod_becomes_available_only_after_the_minimum_time()
    {
        var set = Set(1);
        set = set with { Spec = set.Spec with { MinReadySeconds = 60 } };
        var plan = ReplicaSetPlanner.Plan(set, [Pod("a", age: 20)], Make.Now);
        Assert.Equal((1, 0), (plan.Status.ReadyReplicas, plan.Status.AvailableReplicas));
        Assert.Equal(TimeSpan.FromSeconds(40), plan.LookAgainAfter);
    }

    [Fact]
    public void An_endpoint_slice_shows_ready_unready_and_terminating_pods_with_their_conditions()
    {
        var service = Make.Service("web", "web", 80, "http");
        var slice = Assert.Single(EndpointPlanner.Slices(service, [Pod("a"), Pod("b", ready: false), Pod("c", terminating: true), Pod("d", phase: "Succeeded")]));
        Assert.Equal(
            [(true, true, false), (false, false, false), (false, true, true)],
            slice.Endpoints.Select(endpoint => (endpoint.Conditions.Ready!.Value, endpoint.Conditions.Serving!.Value, endpoint.Conditions.Terminating!.Value)));
        Assert.Equal(8000, slice.Ports.Single().Port);
        Assert.Equal("web", slice.Metadata.Labels["kubernetes.io/service-name"]);
        var subset = Assert.Single(EndpointPlanner.Endpoints(service, [Pod("a"), Pod("b", ready: false), Pod("c", terminating: true)]).Subsets);
        Assert.Equal((1, 1), (subset.Addresses.Length, subset.NotReadyAddresses.Length));
    }

    [Fact]
    public void Pods_that_give_a_named_port_different_numbers_are_in_different_slices()
    {
        var other = Pod("b");
        other = other with { Spec = Make.Template("web", port: 9000).Spec };
        var slices = EndpointPlanner.Slices(Make.Service("web", "web", 80, "http"), [Pod("a"), other]);
        Assert.Equal([8000, 9000], slices.Select(slice => slice.Ports.Single().Port!.Value));
    }

    [Fact]
    public void A_slice_without_pods_exists_and_an_unchanged_one_is_not_written()
    {
        var service = Make.Service("web", "web", 80, 8000);
        var empty = Assert.Single(EndpointPlanner.Slices(service, []));
        var present = empty with { Metadata = empty.Metadata with { Name = "web-abcde" } };
        var same = SliceReconciliation.Between([present], [empty]);
        Assert.True(same.Create.IsEmpty && same.Replace.IsEmpty && same.Delete.IsEmpty);
        var filled = SliceReconciliation.Between([present], EndpointPlanner.Slices(service, [Pod("a")]));
        Assert.Equal("web-abcde", Assert.Single(filled.Replace).Metadata.Name);
    }

    [Fact]
    public void A_stateful_set_makes_its_pods_in_order_and_waits_for_each()
    {
        var set = Stateful(3);
        Assert.Equal(["db-0"], Names(StatefulSetPlanner.Plan(set, [], Make.Now).Create));
        var first = StatefulSetPlanner.Plan(set, [], Make.Now).Create.Single();
        Assert.Equal("db-0", first.Spec.Hostname);
        Assert.Empty(StatefulSetPlanner.Plan(set, [Running(first, ready: false)], Make.Now).Create);
        Assert.Equal(["db-1"], Names(StatefulSetPlanner.Plan(set, [Running(first)], Make.Now).Create));
        var parallel = set with { Spec = set.Spec with { PodManagementPolicy = "Parallel" } };
        Assert.Equal(["db-0", "db-1", "db-2"], Names(StatefulSetPlanner.Plan(parallel, [], Make.Now).Create));
    }

    [Fact]
    public void A_stateful_set_updates_and_shrinks_from_the_highest_ordinal()
    {
        var set = Stateful(2);
        var all = Grow(set);
        var changed = set with { Spec = set.Spec with { Template = Make.Template("db", "test/new") } };
        Assert.Equal(["db-1"], Names(StatefulSetPlanner.Plan(changed, all, Make.Now).Delete));
        Assert.Equal(["db-1"], Names(StatefulSetPlanner.Plan(Stateful(1), all, Make.Now).Delete));
    }

    [Fact]
    public void A_daemon_set_has_one_pod_and_replaces_an_outdated_one()
    {
        var set = new DaemonSet { Metadata = new ObjectMeta { Name = "agent", Namespace = "default", Uid = "u" }, Spec = new DaemonSetSpec { Template = Make.Template("agent") } };
        var created = DaemonSetPlanner.Plan(set, [], "weft", Make.Now).Create!;
        Assert.Equal("weft", created.Spec.NodeName);
        var running = Running(created);
        var steady = DaemonSetPlanner.Plan(set, [running], "weft", Make.Now);
        Assert.Null(steady.Create);
        Assert.Equal((1, 1, 1, 1), (steady.Status.DesiredNumberScheduled, steady.Status.NumberReady, steady.Status.NumberAvailable, steady.Status.UpdatedNumberScheduled));
        var changed = set with { Spec = set.Spec with { Template = Make.Template("agent", "test/new") } };
        Assert.Single(DaemonSetPlanner.Plan(changed, [running], "weft", Make.Now).Delete);
    }

    [Fact]
    public void A_job_completes_after_its_successes_and_fails_beyond_its_limit()
    {
        var job = new Job { Metadata = new ObjectMeta { Name = "once", Namespace = "default" }, Spec = new JobSpec { Completions = 2, Parallelism = 1, BackoffLimit = 1 } };
        Assert.Equal(1, JobPlanner.Plan(job, [], Make.Now).Create);
        Assert.Equal(1, JobPlanner.Plan(job, [Pod("a", phase: "Succeeded")], Make.Now).Create);
        var done = JobPlanner.Plan(job, [Pod("a", phase: "Succeeded"), Pod("b", phase: "Succeeded")], Make.Now);
        Assert.Equal(["SuccessCriteriaMet", "Complete"], done.Status.Conditions.Select(condition => condition.Type));
        Assert.Equal(Make.Now, done.Status.CompletionTime);
        var waiting = JobPlanner.Plan(job, [Pod("a", phase: "Failed", age: 1)], Make.Now);
        Assert.Equal(0, waiting.Create);
        Assert.True(waiting.LookAgainAfter > TimeSpan.Zero);
        var failed = JobPlanner.Plan(job, [Pod("a", phase: "Failed"), Pod("b", phase: "Failed")], Make.Now);
        Assert.Equal("BackoffLimitExceeded", failed.Status.Conditions.Single(condition => condition.Type == "Failed").Reason);
    }

    private static ReplicaSet Set(int replicas) => new()
    {
        Metadata = new ObjectMeta { Name = "web", Namespace = "default", Uid = "u" },
        Spec = new ReplicaSetSpec { Replicas = replicas, Template = Make.Template("web") },
    };

    private static StatefulSet Stateful(int replicas) => new()
    {
        Metadata = new ObjectMeta { Name = "db", Namespace = "default", Uid = "u" },
        Spec = new StatefulSetSpec { Replicas = replicas, Template = Make.Template("db"), ServiceName = "db" },
    };

    private static ImmutableArray<Pod> Grow(StatefulSet set)
    {
        ImmutableArray<Pod> pods = [];
        while (StatefulSetPlanner.Plan(set, pods, Make.Now).Create is [var next])
            pods = pods.Add(Running(next));
        return pods;
    }

    private static IEnumerable<string> Names(IEnumerable<Pod> pods) => pods.Select(pod => pod.Metadata.Name);

    private static Pod Pod(string name, bool ready = true, bool terminating = false, string phase = "Running", int age = 100)
    {
        var pod = Make.Pod(name, Make.Template("web"), spec => spec with { NodeName = "weft" });
        return Running(pod with
        {
            Metadata = pod.Metadata with { CreationTimestamp = Make.Now.AddSeconds(-age), DeletionTimestamp = terminating ? Make.Now : null },
        }, ready, phase, age);
    }

    private static Pod Running(Pod pod, bool ready = true, string phase = "Running", int age = 100) => pod with
    {
        Status = new PodStatus
        {
            Phase = phase,
            PodIP = "127.1.0.7",
            Conditions = [Make.Condition("Ready", ready ? "True" : "False", Make.Now.AddSeconds(-age))],
        },
    };
}
