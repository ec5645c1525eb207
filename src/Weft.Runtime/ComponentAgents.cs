namespace Weft.Runtime;

/// <summary>The programs of Kubernetes whose work the node does, as the User-Agents under which it writes: `managedFields` names them as it does in a cluster.</summary>
internal static class ComponentAgents
{
    public const string ControllerManager = "kube-controller-manager";

    public const string Kubelet = "kubelet";

    public const string Scheduler = "kube-scheduler";

    /// <summary>Who writes the Events of a component.</summary>
    public static string OfEvents(string component) => component switch
    {
        "kubelet" => Kubelet,
        "default-scheduler" => Scheduler,
        _ => ControllerManager,
    };
}
