using Weft.Benchmarks.Graph;
using Weft.Benchmarks.Load;
using Weft.Benchmarks.Metrics;
using Weft.Benchmarks.Push;
using Weft.Benchmarks.Viewers;

if (args is ["graph-cost", var file])
{
    await GraphCost.WriteAsync(file);
    return;
}

if (args is ["graph-scales", var scales])
{
    await GraphScales.WriteAsync(scales);
    return;
}

if (args is ["lists", var lists])
{
    await ListCost.WriteAsync(lists);
    return;
}

if (args is ["viewers", var viewers])
{
    await ViewersLoad.WriteAsync(viewers);
    return;
}

if (args is ["push-cost", var pushes])
{
    await PushCost.WriteAsync(pushes);
    return;
}

if (args is ["sidecar-load", var results])
{
    await SidecarLoad.WriteAsync(results, CancellationToken.None);
    return;
}

if (args is ["metrics-load", var metrics])
{
    await MetricsLoad.WriteAsync(metrics);
    return;
}

if (args is ["sidecars", var network, var mode, var readyFile])
{
    await SidecarHost.RunAsync(network, mode, readyFile, CancellationToken.None);
    return;
}

BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
