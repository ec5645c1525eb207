namespace Weft.Demos.Travels.Portal;

/// <summary>What one cycle of a portal asks as.</summary>
internal sealed record RequestClass(string Device, string User, string Travel);

/// <summary>
/// The deterministic mix of a portal: each class has a budget of its per cent; cycles take turns among the classes,
/// an exhausted class passes its turn on, and when all of a kind are used up the budgets are filled again.
/// </summary>
internal sealed class RequestMix
{
    private static readonly string[] Devices = ["mobile", "web"];
    private static readonly string[] Users = ["registered", "new"];
    private static readonly string[] Travels = ["t1", "t2", "t3"];

    private int[] _devices = [];
    private int[] _users = [];
    private int[] _travels = [];
    private int _total;

    public RequestMix() => Reset();

    /// <summary>Forgets the budgets: the next cycle starts with the settings as they are then.</summary>
    public void Reset()
    {
        _devices = new int[2];
        _users = new int[2];
        _travels = new int[3];
    }

    public RequestClass Next(PortalSettings settings)
    {
        var made = new RequestClass(
            Devices[Take(ref _devices, [settings.Devices.Mobile, settings.Devices.Web])],
            Users[Take(ref _users, [settings.Users.Registered, settings.Users.New])],
            Travels[Take(ref _travels, [settings.TravelType.T1, settings.TravelType.T2, settings.TravelType.T3])]);
        _total++;
        return made;
    }

    private int Take(ref int[] budget, int[] refill)
    {
        if (budget.All(left => left <= 0))
        {
            budget = refill;
        }

        for (var turn = 0; turn < budget.Length; turn++)
        {
            var index = (_total + turn) % budget.Length;
            if (budget[index] > 0)
            {
                budget[index]--;
                return index;
            }
        }

        return _total % budget.Length; // settings of nothing but zeros
    }
}
