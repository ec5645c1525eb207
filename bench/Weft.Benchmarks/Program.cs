using Weft.Benchmarks.Graph;

if (args is ["graph-cost", var file])
{
    await GraphCost.WriteAsync(file);
    return;
}

BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
