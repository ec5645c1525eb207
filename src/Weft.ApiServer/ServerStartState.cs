namespace Weft.ApiServer;

/// <summary>How far the server is with its start: it answers before all is done, and says so by its health.</summary>
internal sealed class ServerStartState
{
    private volatile bool _bootstrapped;
    private volatile bool _controllersRun;

    /// <summary>The system's namespaces, the definitions and the Service `kubernetes` are there.</summary>
    public bool IsBootstrapped => _bootstrapped;

    public bool ControllersRun => _controllersRun;

    public void Bootstrapped() => _bootstrapped = true;

    public void ControllersBegan() => _controllersRun = true;
}
