"""Who may do what: people, their memberships, roles by job, and the actor every verb is told.

An *actor* is a person or a job at work in one practice in one role. A *permission* reads `subject:verb`. What no row
of the role table grants is denied.
"""
