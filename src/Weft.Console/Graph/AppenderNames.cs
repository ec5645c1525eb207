namespace Weft.Console.Graph;

/// <summary>The names by which a request chooses appenders; they are Kiali's.</summary>
public static class AppenderNames
{
    public const string ServiceEntry = "serviceEntry";
    public const string DeadNode = "deadNode";
    public const string WorkloadEntry = "workloadEntry";
    public const string ResponseTime = "responseTime";
    public const string SecurityPolicy = "securityPolicy";
    public const string Throughput = "throughput";
    public const string AggregateNode = "aggregateNode";
    public const string IdleNode = "idleNode";
    public const string MeshCheck = "meshCheck";
    public const string SidecarsCheck = "sidecarsCheck";
    public const string Outsider = "outsider";
    public const string Istio = "istio";
    public const string Ambient = "ambient";
    public const string Health = "health";
    public const string Labeler = "labeler";
    public const string TrafficGenerator = "trafficGenerator";

    public static bool IsKnown(string name) => name is ServiceEntry or DeadNode or WorkloadEntry or ResponseTime or SecurityPolicy or Throughput
        or AggregateNode or IdleNode or MeshCheck or SidecarsCheck or Outsider or Istio or Ambient or Health or Labeler or TrafficGenerator;
}
