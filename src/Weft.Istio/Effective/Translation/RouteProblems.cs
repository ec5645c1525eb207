namespace Weft.Istio.Effective.Translation;

/// <summary>What is found wrong while the rules of one route are read. Some problems leave the rest of the route standing, others nothing of it.</summary>
internal sealed class RouteProblems
{
    /// <summary>The one to tell: what stops the route, else what was found last.</summary>
    public K8sProblem? Told { get; private set; }

    /// <summary>The route as a whole does not hold.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>A reference that leads nowhere: its share of the requests fails.</summary>
    public void Unresolved(string reason, string message)
    {
        if (!IsStopped)
        {
            Told = new K8sProblem(reason, message);
        }
    }

    /// <summary>Something that cannot be done as it is asked for.</summary>
    public void Stop(string reason, string message)
    {
        Unresolved(reason, message);
        IsStopped = true;
    }
}
