using Weft.Runtime.Containers;
using Weft.Runtime.Logs;

namespace Weft.Runtime.Pods;

/// <summary>One run of a container: what it was started with, and where its output is.</summary>
internal sealed record ContainerRun(ContainerContext Context, IRunningContainer Running, ContainerLogId Log);
