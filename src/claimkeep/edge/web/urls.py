"""Every address of the web application, each with what it takes to open it."""

from __future__ import annotations

from django.urls import URLPattern, include, path

from claimkeep.edge.web.gate import SEARCH, WRITE, anyone, enrolling, needs
from claimkeep.edge.web.living import components
from claimkeep.edge.web.views import claims, home, ledger, patients, practices, remittances, sign_in

_pages: list[URLPattern] = [
    path("", needs("home:read", home.home), name="home"),
    path("practice/", needs("home:read", practices.choose, WRITE), name="practice_choose"),
    path("stay/", needs("home:read", practices.stay, WRITE), name="stay"),
    path("patients/", needs("patient:read", patients.listing, SEARCH), name="patients"),
    path("patients/<uuid:patient_id>/", needs("patient:read", patients.one), name="patient"),
    path("patients/<uuid:patient_id>/show/", needs("patient:reveal", patients.reveal, WRITE), name="patient_reveal"),
    path("claims/", needs("claim:read", claims.listing), name="claims"),
    path("claims/held/", needs("claim:read", claims.held), name="held"),
    path("claims/held/check/", needs("claim:edit", claims.check_held, WRITE), name="held_check"),
    path("claims/<str:number>/", needs("claim:read", claims.one), name="claim"),
    path("remittances/", needs("remit:read", remittances.listing), name="remittances"),
    path("remittances/waiting/", needs("remit:read", remittances.waiting), name="waiting"),
    path("remittances/<uuid:remittance_id>/", needs("remit:read", remittances.one), name="remittance"),
    path("ledger/", needs("ledger:read", ledger.trial_balance), name="ledger"),
    path("ledger/entries/", needs("ledger:read", ledger.entries), name="entries"),
    path("ledger/entries/<int:entry_id>/", needs("ledger:read", ledger.entry), name="entry"),
    path("ledger/accounts/<slug:code>/", needs("ledger:read", ledger.account), name="account"),
    path("password/", needs("home:read", sign_in.change_password, SEARCH), name="password"),
    path("-/components", needs("home:read", components), name="components"),
]

_door: list[URLPattern] = [
    path("sign-in/", anyone(sign_in.SignIn.as_view()), name="account_login"),
    path("sign-in/second-step/", anyone(sign_in.SecondFactor.as_view()), name="mfa_authenticate"),
    path("sign-in/inactive/", anyone(sign_in.Inactive.as_view()), name="account_inactive"),
    path("sign-out/", anyone(sign_in.SignOut.as_view()), name="account_logout"),
    path("sign-in/again/", enrolling(sign_in.GivePasswordAgain.as_view()), name="account_reauthenticate"),
    path("sign-in/second-step/again/", enrolling(sign_in.GiveFactorAgain.as_view()), name="mfa_reauthenticate"),
    path("sign-in/second-step/set-up/", enrolling(sign_in.set_up_factor), name="mfa_activate_totp"),
    path(
        "sign-in/codes/",
        enrolling(sign_in.with_both_factors(sign_in.RecoveryCodes.as_view())),
        name="mfa_view_recovery_codes",
    ),
    path(
        "sign-in/codes/new/",
        enrolling(sign_in.with_both_factors(sign_in.NewRecoveryCodes.as_view())),
        name="mfa_generate_recovery_codes",
    ),
    path("sign-in/factors/", enrolling(sign_in.with_both_factors(sign_in.Factors.as_view())), name="mfa_index"),
]

urlpatterns = [path("", include((_pages, "web"))), *_door]
