using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.Kubernetes.Json;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers;

/// <summary>Whether two statuses are the same on the wire: records compare their collections by reference, and times lose their fractions.</summary>
internal static class StatusComparison
{
    public static bool AreEqual(DeploymentStatus left, DeploymentStatus right) =>
        AreEqual(new Deployment { Status = left }, new Deployment { Status = right });

    public static bool AreEqual(ReplicaSetStatus left, ReplicaSetStatus right) =>
        AreEqual(new ReplicaSet { Status = left }, new ReplicaSet { Status = right });

    public static bool AreEqual(StatefulSetStatus left, StatefulSetStatus right) =>
        AreEqual(new StatefulSet { Status = left }, new StatefulSet { Status = right });

    public static bool AreEqual(DaemonSetStatus left, DaemonSetStatus right) =>
        AreEqual(new DaemonSet { Status = left }, new DaemonSet { Status = right });

    public static bool AreEqual(JobStatus left, JobStatus right) =>
        AreEqual(new Job { Status = left }, new Job { Status = right });

    public static bool AreEqual(PodStatus left, PodStatus right) =>
        AreEqual(new Pod { Status = left }, new Pod { Status = right });

    private static bool AreEqual<T>(T left, T right) => JsonNode.DeepEquals(Json(left), Json(right));

    private static JsonNode? Json<T>(T value) => JsonSerializer.SerializeToNode(value, KubernetesJson.TypeInfo<T>());
}
