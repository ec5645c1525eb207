using System.Collections.Immutable;
using System.Globalization;
using Weft.Kubernetes.Objects;
using Weft.Runtime.Support;

namespace Weft.Runtime.Controllers.Deployments;

public sealed class DeploymentPlannerTests
{
    [Fact]
    public void A_new_deployment_gets_a_replica_set_of_its_size_and_template()
    {
        var deployment = Make.Deployment("web", 3);
        var plan = DeploymentPlanner.Plan(deployment, [], static _ => false, Make.Now);
        var created = plan.Create!;
        var hash = created.Metadata.Labels["pod-template-hash"];
        Assert.Equal($"web-{hash}", created.Metadata.Name);
        Assert.Equal(hash, created.Spec.Selector!.MatchLabels["pod-template-hash"]);
        Assert.Equal(hash, created.Spec.Template.Metadata.Labels["pod-template-hash"]);
        Assert.Equal(3, created.Spec.Replicas);
        Assert.Equal("1", created.Metadata.Annotations["deployment.kubernetes.io/revision"]);
        Assert.Equal("3", created.Metadata.Annotations["deployment.kubernetes.io/desired-replicas"]);
        Assert.Equal("4", created.Metadata.Annotations["deployment.kubernetes.io/max-replicas"]);
        Assert.Equal("NewReplicaSetCreated", Progressing(plan).Reason);
        Assert.Equal($"Scaled up replica set web-{hash} from 0 to 3", Assert.Single(plan.Events).Message);
        Assert.Equal(TimeSpan.FromSeconds(601), plan.LookAgainAfter);
    }

    [Fact]
    public void The_template_hash_does_not_depend_on_the_order_of_members()
    {
        var one = Make.Template("a") with { Metadata = new ObjectMeta { Labels = Make.Map(("x", "1"), ("y", "2"), ("z", "3")) } };
        var other = one with { Metadata = new ObjectMeta { Labels = Make.Map(("z", "3"), ("y", "2"), ("x", "1")) } };
        Assert.Equal(TemplateHash.Of(one, null), TemplateHash.Of(other, null));
        Assert.NotEqual(TemplateHash.Of(one, null), TemplateHash.Of(one, 1));
        Assert.Matches("^[bcdfghjklmnpqrstvwxz2-9]+$", TemplateHash.Of(one, null));
    }

    /// <summary>replicas, maxSurge, maxUnavailable; old and new as spec/available; then the wanted sizes of old and new.</summary>
    [Theory]
    [InlineData(10, 3, 2, "10/10", "0/0", 10, 3)]
    [InlineData(10, 3, 2, "10/10", "3/0", 8, 3)]
    [InlineData(10, 3, 2, "8/8", "5/0", 8, 5)]
    [InlineData(10, 3, 2, "8/8", "5/2", 6, 5)]
    [InlineData(10, 3, 2, "6/6", "5/5", 6, 7)]
    [InlineData(1, 1, 0, "1/1", "0/0", 1, 1)]
    [InlineData(1, 1, 0, "1/1", "1/0", 1, 1)]
    [InlineData(1, 1, 0, "1/1", "1/1", 0, 1)]
    [InlineData(3, 0, 1, "3/3", "0/0", 2, 0)]
    [InlineData(3, 0, 1, "2/2", "0/0", 2, 1)]
    [InlineData(3, 1, 0, "3/0", "1/0", 3, 1)]
    public void A_rolling_update_keeps_within_surge_and_unavailability(int replicas, int surge, int unavailable, string old, string @new, int oldWanted, int newWanted)
    {
        var deployment = Rolling(replicas, surge, unavailable);
        var newest = Set(deployment, deployment.Spec.Template, "new", @new, 2);
        var older = Set(deployment, Make.Template("web", "test/old"), "old", old, 1);
        var plan = DeploymentPlanner.Plan(deployment, [older, newest], static _ => true, Make.Now);
        Assert.Null(plan.Create);
        Assert.Equal(oldWanted, Size(plan, older));
        Assert.Equal(newWanted, Size(plan, newest));
    }

    [Fact]
    public void Recreating_waits_until_the_last_old_pod_has_gone()
    {
        var deployment = Make.Deployment("web", 2);
        deployment = deployment with { Spec = deployment.Spec with { Strategy = new DeploymentStrategy { Type = "Recreate" } } };
        var older = Set(deployment, Make.Template("web", "test/old"), "old", "2/2", 1);
        Assert.Equal(0, Size(DeploymentPlanner.Plan(deployment, [older], static _ => true, Make.Now), older));
        var scaledDown = older with { Spec = older.Spec with { Replicas = 0 } };
        Assert.Null(DeploymentPlanner.Plan(deployment, [scaledDown], static _ => true, Make.Now).Create);
        Assert.Equal(2, DeploymentPlanner.Plan(deployment, [scaledDown], static _ => false, Make.Now).Create!.Spec.Replicas);
    }

    [Fact]
    public void Scaling_in_the_middle_of_a_rollout_keeps_the_proportions()
    {
        var deployment = Rolling(10, 3, 2);
        var newest = Set(deployment, deployment.Spec.Template, "new", "5/0", 2);
        var older = Set(deployment, Make.Template("web", "test/old"), "old", "8/8", 1);
        var scaled = deployment with { Spec = deployment.Spec with { Replicas = 15 } };
        var plan = DeploymentPlanner.Plan(scaled, [older, newest], static _ => true, Make.Now);
        Assert.Equal(11, Size(plan, older));
        Assert.Equal(7, Size(plan, newest));
    }

    [Fact]
    public void A_paused_deployment_scales_but_does_not_roll()
    {
        var deployment = Make.Deployment("web", 4);
        deployment = deployment with { Spec = deployment.Spec with { Paused = true } };
        var older = Set(deployment, Make.Template("web", "test/old"), "old", "2/2", 1);
        var plan = DeploymentPlanner.Plan(deployment, [older], static _ => true, Make.Now);
        Assert.Null(plan.Create);
        Assert.Equal(4, Size(plan, older));
        Assert.Equal(("Unknown", "DeploymentPaused"), (Progressing(plan).Status, Progressing(plan).Reason));
        var resumed = deployment with { Spec = deployment.Spec with { Paused = false }, Status = plan.Status! };
        var created = DeploymentPlanner.Plan(resumed, [RevisionedReplicaSet.Sized(resumed, older, 4)], static _ => true, Make.Now);
        Assert.NotNull(created.Create);
        Assert.Equal("DeploymentResumed", Progressing(DeploymentPlanner.Plan(resumed with { Metadata = resumed.Metadata with { DeletionTimestamp = Make.Now } }, [older], static _ => true, Make.Now)).Reason);
    }

    [Fact]
    public void Going_back_to_an_old_template_makes_its_replica_set_the_newest_revision()
    {
        var deployment = Make.Deployment("web", 1);
        var back = Set(deployment, deployment.Spec.Template, "back", "0/0", 1);
        var other = Set(deployment, Make.Template("web", "test/other"), "other", "1/1", 2);
        var plan = DeploymentPlanner.Plan(deployment, [back, other], static _ => true, Make.Now);
        var replaced = plan.Replace.Single(set => set.Metadata.Name == back.Metadata.Name);
        Assert.Equal("3", replaced.Metadata.Annotations["deployment.kubernetes.io/revision"]);
        Assert.Equal("1", replaced.Metadata.Annotations["deployment.kubernetes.io/revision-history"]);
        Assert.Equal("3", plan.Revision);
    }

    [Fact]
    public void A_rollout_that_makes_no_progress_exceeds_its_deadline()
    {
        var deployment = Make.Deployment("web", 1);
        var newest = Set(deployment, deployment.Spec.Template, "new", "1/0", 1);
        var since = new Condition { Type = "Progressing", Status = "True", Reason = "ReplicaSetUpdated", LastUpdateTime = Make.Now, LastTransitionTime = Make.Now };
        deployment = deployment with { Status = new DeploymentStatus { Replicas = 1, UpdatedReplicas = 1, Conditions = [since] } };
        Assert.Equal("ReplicaSetUpdated", Progressing(DeploymentPlanner.Plan(deployment, [newest], static _ => true, Make.Now.AddSeconds(599))).Reason);
        var late = Progressing(DeploymentPlanner.Plan(deployment, [newest], static _ => true, Make.Now.AddSeconds(601)));
        Assert.Equal(("False", "ProgressDeadlineExceeded"), (late.Status, late.Reason));
    }

    [Fact]
    public void Old_replica_sets_beyond_the_history_limit_are_removed_after_the_rollout()
    {
        var deployment = Make.Deployment("web", 1);
        deployment = deployment with { Spec = deployment.Spec with { RevisionHistoryLimit = 1 } };
        var newest = Set(deployment, deployment.Spec.Template, "new", "1/1", 4);
        ImmutableArray<ReplicaSet> older = [.. Enumerable.Range(1, 3).Select(i => Set(deployment, Make.Template("web", $"test/{i}"), $"old{i}", "0/0", i))];
        var plan = DeploymentPlanner.Plan(deployment, older.Add(newest), static _ => true, Make.Now);
        Assert.Equal(["old1", "old2"], plan.Delete.Select(set => set.Metadata.Name));
    }

    private static Deployment Rolling(int replicas, int surge, int unavailable)
    {
        var deployment = Make.Deployment("web", replicas);
        var rolling = new RollingUpdate { MaxSurge = surge, MaxUnavailable = unavailable };
        return deployment with { Spec = deployment.Spec with { Strategy = new DeploymentStrategy { Type = "RollingUpdate", RollingUpdate = rolling } } };
    }

    private static ReplicaSet Set(Deployment deployment, PodTemplateSpec template, string name, string sizes, int revision)
    {
        var numbers = sizes.Split('/').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        var set = RevisionedReplicaSet.New(deployment with { Spec = deployment.Spec with { Template = template } }, revision);
        set = RevisionedReplicaSet.Sized(deployment, set, numbers[0]);
        return set with
        {
            Metadata = set.Metadata with { Name = name, CreationTimestamp = Make.Now.AddMinutes(revision - 100) },
            Status = new ReplicaSetStatus { Replicas = numbers[0], AvailableReplicas = numbers[1], ReadyReplicas = numbers[1] },
        };
    }

    private static int? Size(DeploymentPlan plan, ReplicaSet set) =>
        (plan.Replace.FirstOrDefault(replaced => replaced.Metadata.Name == set.Metadata.Name) ?? set).Spec.Replicas;

    private static Condition Progressing(DeploymentPlan plan) => plan.Status!.Conditions.Single(condition => condition.Type == "Progressing");
}
