namespace Weft.Kubernetes.Client;

/// <summary>A kubeconfig, or what stands for it in a cluster, cannot be used. The message says what to change.</summary>
public sealed class KubeconfigException(string message, Exception? inner = null) : Exception(message, inner);
