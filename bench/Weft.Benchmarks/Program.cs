using Weft.Benchmarks.Graph;
using Weft.Benchmarks.Load;

if (args is ["graph-cost", var file])
{
    await GraphCost.WriteAsync(file);
    return;
}

if (args is ["sidecar-load", var results])
{
    await SidecarLoad.WriteAsync(results, CancellationToken.None);
    return;
}

BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
