namespace Weft.Observability.Http;

/// <summary>
/// How many requests may be sent again: each request earns a fifth of one, up to ten. A backend that fails now and then is asked twice, one
/// that is down is not asked twice as often.
/// </summary>
internal sealed class RetryBudget
{
    private const double Earned = 0.2;
    private const double Most = 10;

    private readonly Lock _lock = new();
    private double _balance = Most;

    public void Earn()
    {
        lock (_lock)
            _balance = Math.Min(Most, _balance + Earned);
    }

    public bool TrySpend()
    {
        lock (_lock)
        {
            if (_balance < 1)
                return false;
            _balance--;
            return true;
        }
    }
}
