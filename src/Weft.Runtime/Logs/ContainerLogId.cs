namespace Weft.Runtime.Logs;

/// <summary>Names the log of one run of one container. <paramref name="Run"/> is the restart count of that run.</summary>
public readonly record struct ContainerLogId(string Namespace, string Pod, string PodUid, string Container, int Run);
