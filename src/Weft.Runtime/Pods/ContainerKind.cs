namespace Weft.Runtime.Pods;

/// <summary>The role of a container in its pod.</summary>
internal enum ContainerKind
{
    /// <summary>Runs before the others and has to succeed.</summary>
    Init,

    /// <summary>An init container that goes on beside the others (restartPolicy Always).</summary>
    Sidecar,

    Main,
}
