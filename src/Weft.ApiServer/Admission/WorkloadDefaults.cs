using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Admission;

/// <summary>The defaults of what makes pods from templates.</summary>
internal static class WorkloadDefaults
{
    public static void ReplicationController(JsonObject item)
    {
        var spec = item.Ensure("spec");
        spec.Default("replicas", 1);
        if (spec.Object("template")?.Object("metadata")?.Object("labels") is { Count: > 0 } labels)
        {
            if (spec.Object("selector") is null) spec["selector"] = labels.DeepClone();
            if (item.Object("metadata")?.Object("labels") is null) item.Ensure("metadata")["labels"] = labels.DeepClone();
        }

        PodDefaults.Template(spec);
    }

    public static void CronJob(JsonObject item)
    {
        var spec = item.Ensure("spec");
        spec.Default("concurrencyPolicy", "Allow");
        spec.Default("suspend", false);
        spec.Default("successfulJobsHistoryLimit", 3);
        spec.Default("failedJobsHistoryLimit", 1);
        PodDefaults.Template(spec.Ensure("jobTemplate").Ensure("spec"));
    }

    public static void Deployment(JsonObject item)
    {
        var spec = item.Ensure("spec");
        spec.Default("replicas", 1);
        spec.Default("revisionHistoryLimit", 10);
        spec.Default("progressDeadlineSeconds", 600);
        var strategy = spec.Ensure("strategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate")
        {
            var rolling = strategy.Ensure("rollingUpdate");
            rolling.Default("maxUnavailable", "25%");
            rolling.Default("maxSurge", "25%");
        }

        PodDefaults.Template(spec);
        item.Ensure("status");
    }

    public static void ReplicaSet(JsonObject item)
    {
        item.Ensure("spec").Default("replicas", 1);
        PodDefaults.Template(item.Ensure("spec"));
        item.Ensure("status").Default("replicas", 0);
    }

    public static void StatefulSet(JsonObject item)
    {
        var spec = item.Ensure("spec");
        spec.Default("replicas", 1);
        spec.Default("revisionHistoryLimit", 10);
        spec.Default("podManagementPolicy", "OrderedReady");
        var strategy = spec.Ensure("updateStrategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate") strategy.Ensure("rollingUpdate").Default("partition", 0);
        var retention = spec.Ensure("persistentVolumeClaimRetentionPolicy");
        retention.Default("whenDeleted", "Retain");
        retention.Default("whenScaled", "Retain");
        KindDefaults.Each(spec.Array("volumeClaimTemplates"), claim =>
        {
            claim.Default("kind", "PersistentVolumeClaim");
            claim.Default("apiVersion", "v1");
            KindDefaults.PersistentVolumeClaim(claim);
        });
        PodDefaults.Template(spec);
        var status = item.Ensure("status");
        status.Default("replicas", 0);
        status.Default("availableReplicas", 0);
    }

    public static void DaemonSet(JsonObject item)
    {
        item.Ensure("metadata").Ensure("annotations").Default(DaemonSetTemplates.Annotation, "1");
        var spec = item.Ensure("spec");
        spec.Default("revisionHistoryLimit", 10);
        var strategy = spec.Ensure("updateStrategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate")
        {
            strategy.Ensure("rollingUpdate").Default("maxUnavailable", 1);
            strategy.Ensure("rollingUpdate").Default("maxSurge", 0);
        }

        PodDefaults.Template(spec);
        var status = item.Ensure("status");
        foreach (var counter in new[] { "currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady" }) status.Default(counter, 0);
    }

    public static void Job(JsonObject item)
    {
        var spec = item.Ensure("spec");
        if (spec["completions"] is null && spec["parallelism"] is null) spec["completions"] = 1;
        spec.Default("parallelism", 1);
        spec.Default("backoffLimit", 6);
        spec.Default("completionMode", "NonIndexed");
        spec.Default("suspend", false);
        spec.Default("podReplacementPolicy", "TerminatingOrFailed");
        spec.Default("manualSelector", false);
        PodDefaults.Template(spec);
        item.Ensure("status");
    }
}
